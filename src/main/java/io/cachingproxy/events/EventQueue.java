package io.cachingproxy.events;

import io.cachingproxy.cache.Exchange;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many threads that must not wait to one that may. Lock-free.
 *
 * <p>The bound is in memory, not in events, since the client decides how long a URL is.
 *
 * <p>The taker is woken only out of {@link #awaitOffer}: a wake-up is a system call, which would
 * cost the offering thread more than all the rest. A taker with work to do pauses by time instead,
 * and takes what came meanwhile in one go.
 */
final class EventQueue {

  /** One exchange in the queue, since when ({@link System#nanoTime}), and what it weighs. */
  record Waiting(Exchange exchange, long sinceNanos, long weight) {}

  /** What an exchange takes without what its strings hold: objects and numbers. */
  private static final long OVERHEAD_BYTES = 512;

  /** A shorter string is small enough in any case. */
  private static final int LONG = 128;

  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong size = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final long capacityBytes;
  private final EventCounts tally;

  private volatile boolean closed;
  private volatile boolean abandoned;
  private volatile @Nullable Thread sleeper;

  EventQueue(long capacityBytes, EventCounts tally) {
    this.capacityBytes = capacityBytes;
    this.tally = tally;
  }

  /** Takes over an exchange, or counts it as lost if there is no room. Never blocks. */
  void offer(Exchange exchange) {
    long weight = weigh(exchange);
    if (closed || !reserve(weight)) {
      tally.addLost(1);
      return;
    }
    size.incrementAndGet();
    queue.add(new Waiting(exchange, System.nanoTime(), weight));
    if (abandoned) {
      discardAll();
    }
    wake();
  }

  private boolean reserve(long weight) {
    if (bytes.addAndGet(weight) <= capacityBytes) {
      return true;
    }
    bytes.addAndGet(-weight);
    return false;
  }

  /**
   * The oldest exchange, which from now on is the caller's to count, or null. It stays in {@link
   * #size} until {@link #taken}, so that none goes missing on its way.
   */
  @Nullable Waiting poll() {
    return queue.poll();
  }

  /** Ends the transfer of a polled exchange. */
  void taken(Waiting waiting) {
    bytes.addAndGet(-waiting.weight());
    size.decrementAndGet();
  }

  /** Counts as lost what has waited since before {@code nanos}. */
  void discardOlderThan(long nanos) {
    Waiting head;
    while ((head = queue.peek()) != null && head.sinceNanos() - nanos < 0) {
      if (queue.remove(head)) {
        tally.addLost(1);
        taken(head);
      }
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  long size() {
    return size.get();
  }

  /** Takes nothing more; what is in the queue can still be polled. */
  void close() {
    closed = true;
    wake();
  }

  boolean isClosed() {
    return closed;
  }

  /** Nobody polls any more: all that is in the queue, or gets in by a race, counts as lost. */
  void abandon() {
    closed = true;
    abandoned = true;
    discardAll();
  }

  boolean isAbandoned() {
    return abandoned;
  }

  private void discardAll() {
    Waiting waiting;
    while ((waiting = queue.poll()) != null) {
      tally.addLost(1);
      taken(waiting);
    }
  }

  /** Waits for an offer or for the end of offers; the one taking thread's to call. */
  void awaitOffer() {
    sleeper = Thread.currentThread();
    if (queue.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    sleeper = null;
  }

  /** Waits for some time, whatever is offered; the one taking thread's to call. */
  void pause(long nanos) {
    LockSupport.parkNanos(this, nanos);
  }

  private void wake() {
    Thread thread = sleeper;
    if (thread != null) {
      sleeper = null;
      LockSupport.unpark(thread);
    }
  }

  /** Every string counts, also those that are short as a rule: it is the client who makes them. */
  private static long weigh(Exchange exchange) {
    return OVERHEAD_BYTES
        + bytes(exchange.method())
        + bytes(exchange.scheme())
        + bytes(exchange.authority())
        + bytes(exchange.path())
        + bytes(exchange.query())
        + bytes(exchange.protocolVersion())
        + bytes(exchange.clientAddress())
        + bytes(exchange.userAgent())
        + bytes(exchange.cacheKey())
        + (exchange.outcome() == null ? 0 : bytes(exchange.outcome().detail()));
  }

  /** One character that isn't Latin makes each of a string's take two bytes. */
  private static long bytes(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    boolean isWide = text.length() >= LONG && text.chars().anyMatch(c -> c > 0xFF);
    return isWide ? 2L * text.length() : text.length();
  }
}
