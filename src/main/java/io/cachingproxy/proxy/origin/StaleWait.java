package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.BackgroundRefresh;
import io.cachingproxy.proxy.relay.ClientDisconnected;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.relay.Recipient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that waits for the origin only for a limited time, because a stale response could be
 * served instead (RFC 9111 §4.2.4). When the time is over it gets the stale response, and the
 * origin's response then goes to the store only.
 *
 * <p>Invariant: whether the client gets the stale response or the origin's is decided once, by
 * whichever comes first: the deadline, or the exchange's first step towards an answer. That
 * decision is thread-safe; otherwise it is used by one thread at a time, like any {@link
 * Recipient}.
 */
final class StaleWait implements Recipient, Deadlines.Deadline {

  private static final Logger LOG = LoggerFactory.getLogger(StaleWait.class);

  private final OriginClient origin;
  private final HttpCache cache;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Recipient nobody = new BackgroundRefresh(failed -> {});
  private final long startNanos = System.nanoTime();
  private final Request request;
  private volatile @Nullable Long dueNanos;
  private @Nullable Recipient recipient;
  private Duration told = Duration.ZERO;

  private StaleWait(Inquiry inquiry, Request request) {
    this.origin = inquiry.origin();
    this.cache = inquiry.cache();
    this.plan = inquiry.plan();
    this.client = inquiry.client();
    this.request = request;
  }

  /**
   * The recipient for that inquiry: the client itself if no stored response could be served, or if
   * it is a {@link StaleWait} already.
   */
  static Recipient of(Inquiry inquiry, Request request) {
    boolean couldDo =
        !inquiry.origin().staleWaits().length().isZero()
            && inquiry.cache().waitIsBounded(inquiry.plan());
    return couldDo && !(inquiry.client() instanceof StaleWait)
        ? new StaleWait(inquiry, request)
        : inquiry.client();
  }

  /** Starts the time, once: it continues when the same request is sent again. */
  void begin() {
    if (dueNanos == null && recipient() == null) {
      dueNanos = origin.staleWaits().next();
      origin.staleWaits().set(this);
    }
  }

  @Override
  public void look(long nowNanos) {
    Long due = dueNanos;
    if (due == null || due - nowNanos > 0) {
      return;
    }
    origin.staleWaits().cancel(this);
    if (recipient() != null) {
      return;
    }
    Plan.Answer stale = cache.originIsLate(plan);
    if (stale == null) {
      return;
    }
    if (isFirst(nobody)) {
      answer(stale);
      if (!cache.isWantedForStore(plan)) {
        request.abort(new ClientDisconnected());
      }
    } else {
      stale.discard();
    }
  }

  private void answer(Plan.Answer stale) {
    try {
      client.originTook(Duration.ofNanos(System.nanoTime() - startNanos).minus(told));
    } catch (RuntimeException | Error bug) {
      stale.discard();
      failed(bug);
      return;
    }
    try {
      client.answer(stale.answer(), stale.outcome());
    } catch (RuntimeException | Error bug) {
      failed(bug);
    }
  }

  private void failed(Throwable bug) {
    client.fail(bug);
    LOG.error("{}: unexpected failure", origin.redaction().line(plan.request()), bug);
  }

  private synchronized boolean isFirst(Recipient candidate) {
    if (recipient == null) {
      recipient = candidate;
      return true;
    }
    return false;
  }

  /** The recipient of the origin's answer, which is fixed from now on. */
  private Recipient decided() {
    if (isFirst(client)) {
      origin.staleWaits().cancel(this);
    }
    return current();
  }

  private synchronized @Nullable Recipient recipient() {
    return recipient;
  }

  private synchronized Recipient current() {
    return recipient == null ? client : recipient;
  }

  /** Synchronized, so that no interim response follows the start of a stale answer. */
  @Override
  public synchronized void interim(int status, Fields fields, Runnable whenSent) {
    current().interim(status, fields, whenSent);
  }

  @Override
  public boolean hasLeft() {
    return current().hasLeft();
  }

  @Override
  public void originFailed(OriginFailure failure) {
    decided().originFailed(failure);
  }

  @Override
  public void begin(int status, Fields fields, CacheOutcome outcome) {
    decided().begin(status, fields, outcome);
  }

  @Override
  public void trailers(Supplier<Fields> trailers) {
    decided().trailers(trailers);
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    decided().write(last, content, callback);
  }

  @Override
  public boolean isAnswering() {
    return decided().isAnswering();
  }

  @Override
  public void holdsMemory() {
    decided().holdsMemory();
  }

  @Override
  public void complete() {
    decided().complete();
  }

  @Override
  public void abort(Throwable failure) {
    decided().abort(failure);
  }

  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    decided().refuse(status, outcome, text);
  }

  @Override
  public void answer(StoredAnswer answer, CacheOutcome outcome) {
    decided().answer(answer, outcome);
  }

  /** Not a step towards an answer: the same request may be sent again. */
  @Override
  public synchronized void originTook(Duration duration) {
    told = told.plus(duration);
    current().originTook(duration);
  }

  @Override
  public boolean isNobody() {
    return decided().isNobody();
  }
}
