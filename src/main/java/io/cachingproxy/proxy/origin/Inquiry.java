package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.request.ForwardedFields;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * What the origin is to be asked, on whose behalf, and what becomes of the answer.
 *
 * @param plan what is asked for
 * @param client who is to have the answer
 * @param forwarded our own fields, see {@link ForwardedFields}
 * @param content the content of the request, null if it has none
 * @param upgrade the wish to go on with another protocol, null if there is none
 * @param handling makes what handles the answer
 */
public record Inquiry(
    OriginClient origin,
    HttpCache cache,
    Plan.AskOrigin plan,
    Recipient client,
    Fields forwarded,
    Request.@Nullable Content content,
    @Nullable UpgradeAttempt upgrade,
    Handling handling) {

  /** Makes what handles the answer to one request. */
  interface Handling {

    /**
     * A handler to which nothing has come yet.
     *
     * @param elapsed how long the origin has taken until now
     */
    ResponseHandler of(Inquiry inquiry, Supplier<Duration> elapsed);
  }

  /** A plan of the cache, whose answer the cache decides about. */
  public static Inquiry of(
      OriginClient origin,
      HttpCache cache,
      Plan.AskOrigin plan,
      Recipient client,
      Fields forwarded) {
    return new Inquiry(origin, cache, plan, client, forwarded, null, null, Delivery::new);
  }

  /** The same with content. */
  public Inquiry with(Request.@Nullable Content sent) {
    return new Inquiry(origin, cache, plan, client, forwarded, sent, upgrade, handling);
  }

  /** The same with a wish to go on with another protocol. */
  public Inquiry with(UpgradeAttempt wish) {
    return new Inquiry(origin, cache, plan, client, forwarded, content, wish, handling);
  }

  /** The same for somebody else. */
  Inquiry with(Recipient other) {
    return new Inquiry(origin, cache, plan, other, forwarded, content, upgrade, handling);
  }

  /** What to ask next on the same behalf. */
  Inquiry next(Plan.AskOrigin other) {
    return new Inquiry(origin, cache, other, client, forwarded, content, null, handling);
  }
}
