package io.cachingproxy.proxy;

import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.ContentRange;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Gets the rest of a response that broke off on its way, if its origin and its validator allow: a
 * range request for what is missing, on condition that the representation is still the very same
 * (RFC 9110 §13.1.5, §14.2). Used by one {@link Fill}.
 */
final class Continuation {

  /** How often it is tried without a single byte more. */
  private static final int MOST_IN_VAIN = 3;

  /** How often it is tried in all. */
  private static final int MOST = 16;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final OriginClient origin;
  private final Plan.AskOrigin plan;
  private final Fields forwarded;
  private volatile @Nullable EntityTag etag;
  private final long announced;

  private long lastBegin = -1;
  private int inVain;
  private int attempts;

  /**
   * A way to get the rest of that response, should it break off.
   *
   * @param plan what it is the answer to
   * @param forwarded our own fields, see {@link ForwardedFields}
   */
  Continuation(OriginClient origin, Plan.AskOrigin plan, Fields forwarded, ResponseHead response) {
    this.origin = origin;
    this.plan = plan;
    this.forwarded = forwarded;
    this.etag = allows(response) ? EntityTag.parse(response.fields().first("ETag")) : null;
    this.announced = ContentLength.of(response.fields());
  }

  /** A strong validator is needed to join parts (RFC 9110 §15.3.7.3). */
  private static boolean allows(ResponseHead response) {
    EntityTag tag = EntityTag.parse(response.fields().first("ETag"));
    String ranges = response.fields().combined("Accept-Ranges");
    return response.status() == HttpStatus.OK_200
        && tag != null
        && !tag.weak()
        && (ranges == null || !ranges.toLowerCase(Locale.ROOT).contains("none"));
  }

  /**
   * Asks for the rest.
   *
   * @param fill which goes on with it, or hears that there is none
   * @param from the number of bytes that are here
   * @return false if that is not possible
   */
  boolean begin(Fill fill, long from) {
    EntityTag tag = etag;
    if (tag == null || !plan.request().method().equals("GET") || (from == announced && from >= 0)) {
      return false;
    }
    inVain = from == lastBegin ? inVain + 1 : 0;
    lastBegin = from;
    attempts++;
    if (inVain >= MOST_IN_VAIN || attempts > MOST) {
      return false;
    }
    Fields conditions = Fields.of("Range", "bytes=" + from + "-", "If-Range", tag.toString());
    Runnable ask = () -> ask(fill, tag, from, plan.forRest(conditions));
    if (inVain == 0) {
      ask.run();
    } else {
      origin.schedule(ask, PAUSE.multipliedBy(inVain));
    }
    return true;
  }

  private void ask(Fill fill, EntityTag tag, long from, Plan.AskOrigin rest) {
    boolean hasEntered = false;
    try {
      OriginRequest request = origin.newRequest(rest, forwarded);
      OriginFailure refusal =
          request.isTooLarge() ? OriginFailure.REQUEST_TOO_LARGE : origin.gate().enter();
      if (refusal != null) {
        fill.originFailed(new IOException(refusal.text()));
        return;
      }
      hasEntered = true;
      new Attempt(fill, tag, from, request).send();
    } catch (Throwable notSent) {
      if (hasEntered) {
        origin.gate().leave();
      }
      fill.originFailed(notSent);
    }
  }

  /** One request for the rest. */
  private final class Attempt implements Response.Listener {

    private final Fill fill;
    private final EntityTag tag;
    private final long from;
    private final long startNanos = System.nanoTime();
    private final OriginRequest request;
    private final FirstByteTimer firstByte;
    private @Nullable ContentRange range;
    private boolean fits;

    Attempt(Fill fill, EntityTag tag, long from, OriginRequest request) {
      this.fill = fill;
      this.tag = tag;
      this.from = from;
      this.request = request;
      this.firstByte = new FirstByteTimer(origin.firstBytes(), request);
    }

    void send() throws IOException {
      if (!fill.goOn(request::abort)) {
        throw new ClientLeft();
      }
      firstByte.start();
      try {
        request.onSurplus(fill::doNotKeep);
        request.send(this);
      } catch (RuntimeException notSent) {
        firstByte.cancel();
        throw notSent;
      }
    }

    @Override
    public void onBegin(Response response) {
      firstByte.arrived();
      origin.gate().answered();
    }

    @Override
    public void onHeaders(Response response) {
      firstByte.cancel();
      Fields fields = JettyFields.of(response.getHeaders());
      range = ContentRange.parse(fields.values("Content-Range"));
      long length = ContentLength.of(fields);
      EntityTag theirs = EntityTag.parse(fields.first("ETag"));
      fits =
          ResponseFlaw.of(response.getRequest(), response) == null
              && response.getStatus() == HttpStatus.PARTIAL_CONTENT_206
              && range != null
              && range.range().first() == from
              && range.range().last() + 1 == range.completeLength()
              && (announced == ContentLength.UNKNOWN || range.completeLength() == announced)
              && (length == ContentLength.UNKNOWN || length == range.range().length())
              && theirs != null
              && tag.matchesStrongly(theirs);
      if (fits) {
        origin.listener().resumed();
      } else {
        if (response.getStatus() < HttpStatus.INTERNAL_SERVER_ERROR_500) {
          // It has something else now, or no parts to give.
          etag = null;
        }
        response.abort(new IOException("the rest of the response can't be had"));
      }
    }

    @Override
    public void onContentSource(Response response, Content.Source content) {
      if (fits && range != null) {
        fill.goOn(content, range.completeLength());
      } else {
        response.abort(new IOException("the rest of the response can't be had"));
      }
    }

    @Override
    public void onComplete(Result result) {
      firstByte.cancel();
      origin.gate().leave();
      int status = result.getResponse().getStatus();
      origin
          .listener()
          .originRequestCompleted(status, Duration.ofNanos(System.nanoTime() - startNanos));
      if (result.isFailed()) {
        fill.originFailed(result.getFailure());
      }
    }
  }
}
