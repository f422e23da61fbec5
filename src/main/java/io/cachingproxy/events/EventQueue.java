package io.cachingproxy.events;

import io.cachingproxy.cache.Exchange;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many threads that must not block to a single consumer that may. Lock-free.
 *
 * <p>The bound is in bytes, not in events, since the client decides how long a URL is.
 *
 * <p>The consumer is woken only from {@link #awaitOffer}: waking a thread is a system call, which
 * would cost the offering thread more than everything else. A consumer with work to do pauses for a
 * fixed time instead, and then takes everything that has arrived.
 */
final class EventQueue {

  /** A queued exchange, when it was queued ({@link System#nanoTime}), and its size in bytes. */
  record Waiting(Exchange exchange, long sinceNanos, long weight) {}

  /** The size of an exchange in bytes without the characters of its strings. */
  private static final long OVERHEAD_BYTES = 512;

  /** Shorter strings are not searched for wide characters. */
  private static final int LONG = 128;

  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong size = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final long capacityBytes;
  private final EventCounts counts;

  private volatile boolean closed;
  private volatile boolean abandoned;
  private volatile @Nullable Thread sleeper;

  EventQueue(long capacityBytes, EventCounts counts) {
    this.capacityBytes = capacityBytes;
    this.counts = counts;
  }

  /** Queues an exchange, or counts it as lost if there is no room. Never blocks. */
  void offer(Exchange exchange) {
    long weight = weigh(exchange);
    if (closed || !reserve(weight)) {
      counts.addLost(1);
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
   * Removes the oldest exchange, for which the caller must account; null if there is none. It stays
   * in {@link #size} until {@link #taken}, so that none goes uncounted.
   */
  @Nullable Waiting poll() {
    return queue.poll();
  }

  /** Ends the hand-over of a polled exchange. */
  void taken(Waiting waiting) {
    bytes.addAndGet(-waiting.weight());
    size.decrementAndGet();
  }

  /** Drops exchanges queued before {@code nanos} and counts them as lost. */
  void discardOlderThan(long nanos) {
    Waiting head;
    while ((head = queue.peek()) != null && head.sinceNanos() - nanos < 0) {
      if (queue.remove(head)) {
        counts.addLost(1);
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

  /** Accepts no more exchanges; queued ones can still be polled. */
  void close() {
    closed = true;
    wake();
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Drops everything in the queue, and anything added concurrently, as lost: nobody polls any more.
   */
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
      counts.addLost(1);
      taken(waiting);
    }
  }

  /** Waits for an offer or for {@link #close}. For the consumer thread only. */
  void awaitOffer() {
    sleeper = Thread.currentThread();
    if (queue.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    sleeper = null;
  }

  /** Pauses for some time, whatever is offered. For the consumer thread only. */
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

  /** Counts every string, even if it is usually short, since clients choose them. */
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

  /** A single non-Latin-1 character makes all characters of a string take two bytes. */
  private static long bytes(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    boolean isWide = text.length() >= LONG && text.chars().anyMatch(c -> c > 0xFF);
    return isWide ? 2L * text.length() : text.length();
  }
}
