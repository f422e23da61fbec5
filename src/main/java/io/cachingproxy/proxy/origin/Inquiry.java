package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.request.ForwardedFields;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * What to ask the origin, on whose behalf, and how to handle the response.
 *
 * @param plan what is asked for
 * @param client gets the answer
 * @param forwarded our own fields, see {@link ForwardedFields}
 * @param content the content of the request, null if it has none
 * @param upgrade the upgrade asked for, null if there is none
 * @param handling creates the handler of the response
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

  /** Creates the handler of a response. */
  interface Handling {

    /**
     * Creates a handler to which nothing has arrived yet.
     *
     * @param elapsed how long the origin has taken so far
     * @param abort breaks the request off
     */
    ResponseHandler of(Inquiry inquiry, Supplier<Duration> elapsed, Consumer<Throwable> abort);
  }

  /** An inquiry for a plan of the cache, which decides about the response. */
  public static Inquiry of(
      OriginClient origin,
      HttpCache cache,
      Plan.AskOrigin plan,
      Recipient client,
      Fields forwarded) {
    return new Inquiry(origin, cache, plan, client, forwarded, null, null, Inquiry::delivery);
  }

  private static ResponseHandler delivery(
      Inquiry inquiry, Supplier<Duration> elapsed, Consumer<Throwable> abort) {
    return new Delivery(inquiry, elapsed);
  }

  /** A copy with content. */
  public Inquiry with(Request.@Nullable Content sent) {
    return new Inquiry(origin, cache, plan, client, forwarded, sent, upgrade, handling);
  }

  /** A copy that asks for an upgrade. */
  public Inquiry with(UpgradeAttempt wish) {
    return new Inquiry(origin, cache, plan, client, forwarded, content, wish, handling);
  }

  /** A copy for another recipient. */
  Inquiry with(Recipient other) {
    return new Inquiry(origin, cache, plan, other, forwarded, content, upgrade, handling);
  }

  /** A copy for another plan, without the upgrade. */
  Inquiry next(Plan.AskOrigin other) {
    return new Inquiry(origin, cache, other, client, forwarded, content, null, handling);
  }
}
