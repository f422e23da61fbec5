package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Fields;
import io.cachingproxy.store.Stored;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that waits for the origin only for some time, where something stale could do in place of
 * an answer (RFC 9111 §4.2.4). When that time is over it gets the stale response, and what the
 * origin says then is for the store alone.
 *
 * <p>Invariant: who answers is decided once, by whatever comes first: the time's end, or the first
 * step of the exchange with the origin towards an answer. Thread-safe in that; beyond it, used by
 * one thread at a time like any {@link Recipient}.
 */
final class StaleWait implements Recipient, Deadlines.Deadline {

  private static final Logger LOG = LoggerFactory.getLogger(StaleWait.class);

  private final OriginClient origin;
  private final HttpCache cache;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Recipient store = new BackgroundRefresh(failed -> {});
  private final long startNanos = System.nanoTime();
  private final long dueNanos;
  private @Nullable Recipient recipient;

  private StaleWait(OriginClient origin, HttpCache cache, Plan.AskOrigin plan, Recipient client) {
    this.origin = origin;
    this.cache = cache;
    this.plan = plan;
    this.client = client;
    this.dueNanos = origin.staleWaits().next();
  }

  /**
   * Whoever gets the answer to that plan: the client itself if nothing stored could do, or if it
   * waits already. The time runs from now.
   */
  static Recipient begin(
      OriginClient origin, HttpCache cache, Plan.AskOrigin plan, Recipient client) {
    boolean couldDo = !origin.staleWaits().length().isZero() && plan.mayBeStale();
    if (!couldDo || client instanceof StaleWait) {
      return client;
    }
    StaleWait wait = new StaleWait(origin, cache, plan, client);
    origin.staleWaits().set(wait);
    return wait;
  }

  @Override
  public void look(long nowNanos) {
    if (dueNanos - nowNanos > 0) {
      return;
    }
    origin.staleWaits().cancel(this);
    Plan.Answer stale = cache.originIsLate(plan);
    if (stale == null) {
      return;
    }
    if (isFirst(store)) {
      answer(stale);
    } else {
      stale.discard();
    }
  }

  private void answer(Plan.Answer stale) {
    try {
      client.originTook(Duration.ofNanos(System.nanoTime() - startNanos));
    } catch (RuntimeException | Error bug) {
      stale.discard();
      failed(bug);
      return;
    }
    try {
      client.answer(stale.response(), stale.outcome());
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

  /** Who gets what the origin says: decided from now on. */
  private Recipient decided() {
    if (isFirst(client)) {
      origin.staleWaits().cancel(this);
    }
    return current();
  }

  private synchronized Recipient current() {
    return recipient == null ? client : recipient;
  }

  /** Under the lock, so that it is over before the client is answered otherwise. */
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
  public void answer(Stored stored, CacheOutcome outcome) {
    decided().answer(stored, outcome);
  }

  @Override
  public void originTook(Duration duration) {
    decided().originTook(duration);
  }
}
