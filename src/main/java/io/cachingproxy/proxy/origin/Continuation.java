package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.ContentRange;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.proxy.relay.BackgroundRefresh;
import io.cachingproxy.proxy.relay.ClientDisconnected;
import io.cachingproxy.proxy.relay.Fill;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.request.JettyFields;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the rest of a response that broke off, if the response allows it: with a range request on
 * condition that the representation has not changed (RFC 9110 §13.1.5, §14.2). Used by one {@link
 * Fill}.
 */
final class Continuation implements Fill.Resumption {

  /** How many attempts in a row may bring no further byte. */
  private static final int MAX_IN_VAIN = 3;

  /** How many attempts are made in all. */
  private static final int MAX = 16;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Inquiry inquiry;
  private final OriginClient origin;
  private volatile @Nullable EntityTag etag;
  private final long announced;

  private long lastBegin = -1;
  private int inVain;
  private int attempts;

  /**
   * Prepares to fetch the rest of that response, should it break off.
   *
   * @param inquiry what the response answers
   */
  Continuation(Inquiry inquiry, ResponseHead response) {
    this.inquiry = inquiry;
    this.origin = inquiry.origin();
    this.etag = allows(response) ? EntityTag.parse(response.fields().first("ETag")) : null;
    this.announced = ContentLength.of(response.fields());
  }

  /** Joining parts requires a strong validator (RFC 9110 §15.3.7.3). */
  private static boolean allows(ResponseHead response) {
    EntityTag tag = EntityTag.parse(response.fields().first("ETag"));
    String ranges = response.fields().combined("Accept-Ranges");
    return response.status() == HttpStatus.OK_200
        && tag != null
        && !tag.weak()
        && (ranges == null || !ranges.toLowerCase(Locale.ROOT).contains("none"));
  }

  @Override
  public boolean begin(Fill fill, long from) {
    Plan.AskOrigin plan = inquiry.plan();
    EntityTag tag = etag;
    if (tag == null || !plan.request().method().equals("GET") || (from == announced && from >= 0)) {
      return false;
    }
    inVain = from == lastBegin ? inVain + 1 : 0;
    lastBegin = from;
    attempts++;
    if (inVain >= MAX_IN_VAIN || attempts > MAX) {
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
    try {
      Rest handler = new Rest(fill, tag, from);
      Recipient nobody = new BackgroundRefresh(failed -> fill.originFailed(notToBeHad()));
      OriginExchange exchange =
          new OriginExchange(
              new Inquiry(
                  origin,
                  inquiry.cache(),
                  rest,
                  nobody,
                  inquiry.forwarded(),
                  null,
                  null,
                  (asked, elapsed, abort) -> handler.abortedBy(abort)));
      if (handler.wanted) {
        exchange.start();
      } else {
        fill.originFailed(new ClientDisconnected());
      }
    } catch (RuntimeException | Error bug) {
      fill.fail(bug);
    }
  }

  private static IOException notToBeHad() {
    return new IOException("the rest of the response can't be had");
  }

  /** Handles the response to the range request. */
  private final class Rest implements ResponseHandler {

    private final Fill fill;
    private final EntityTag tag;
    private final long from;
    private @Nullable ContentRange range;
    private volatile boolean wanted;
    private boolean decided;
    private boolean over;

    Rest(Fill fill, EntityTag tag, long from) {
      this.fill = fill;
      this.tag = tag;
      this.from = from;
    }

    /** Tells the fill how to break the request off, each time it is sent. */
    Rest abortedBy(Consumer<Throwable> abort) {
      wanted = fill.goOn(abort);
      return this;
    }

    @Override
    public void decide(Response response, Instant requestTime) {
      decided = true;
      Fields fields = JettyFields.of(response.getHeaders());
      ContentRange offered = ContentRange.parse(fields.values("Content-Range"));
      if (wanted && offered != null && fits(response.getStatus(), fields, offered)) {
        range = offered;
        if (response.getRequest() instanceof OriginRequest request) {
          request.onSurplus(fill::doNotKeep);
        }
        origin.listener().resumed();
      } else {
        if (response.getStatus() < HttpStatus.INTERNAL_SERVER_ERROR_500) {
          // The representation has changed, or the origin does not support ranges.
          etag = null;
        }
        response.abort(notToBeHad());
      }
    }

    private boolean fits(int status, Fields fields, ContentRange offered) {
      long length = ContentLength.of(fields);
      EntityTag theirs = EntityTag.parse(fields.first("ETag"));
      return status == HttpStatus.PARTIAL_CONTENT_206
          && offered.range().first() == from
          && offered.range().last() + 1 == offered.completeLength()
          && (announced == ContentLength.UNKNOWN || offered.completeLength() == announced)
          && (length == ContentLength.UNKNOWN || length == offered.range().length())
          && theirs != null
          && tag.matchesStrongly(theirs);
    }

    @Override
    public void content(Response response, Content.Source content) {
      if (over || range == null) {
        response.abort(notToBeHad());
      } else {
        fill.goOn(content, range.completeLength());
      }
    }

    @Override
    public void unanswered(OriginFailure kind) {
      if (kind == OriginFailure.INVALID) {
        // It would say the same again.
        etag = null;
      }
    }

    @Override
    public void brokenOff(Throwable failure) {
      if (!over) {
        over = true;
        fill.originFailed(failure);
      }
    }

    @Override
    public void fail(Throwable bug) {
      decided = true;
      over = true;
      // Nothing more is asked for: what came of this request might be put in the wrong place.
      fill.fail(bug);
    }

    @Override
    public boolean isDecided() {
      return decided;
    }

    @Override
    public boolean isFollowed() {
      return true;
    }

    @Override
    public Plan.@Nullable AskOrigin next() {
      return null;
    }
  }
}
