package io.cachingproxy.proxy.tunnel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The tunnels that are open, no more than so many, and what went through all there ever were.
 * Thread-safe.
 */
public final class Tunnels implements AutoCloseable {

  private final int most;
  private final AtomicInteger places = new AtomicInteger();
  private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
  private final LongAdder opened = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder bytesToClients = new LongAdder();
  private final LongAdder bytesToOrigin = new LongAdder();
  private volatile boolean closed;

  /** None yet, and never more than {@code most}. */
  public Tunnels(int most) {
    this.most = most;
  }

  /**
   * Takes a place, which is to be given back with {@link #release} when the tunnel is over or has
   * not come about.
   *
   * @return false if there is none left, or the proxy is stopping
   */
  public boolean reserve() {
    if (closed) {
      return false;
    }
    if (places.incrementAndGet() <= most) {
      return true;
    }
    places.decrementAndGet();
    refused.increment();
    return false;
  }

  /** Whether there are to be none any more. */
  public boolean isClosed() {
    return closed;
  }

  /** Gives a place back. */
  public void release() {
    places.decrementAndGet();
  }

  public void opened(Tunnel tunnel) {
    opened.increment();
    open.add(tunnel);
    if (closed) {
      tunnel.end(null);
    }
  }

  /** Also gives its place back. */
  void ended(Tunnel tunnel) {
    if (open.remove(tunnel)) {
      release();
    }
  }

  void toClient(long bytes) {
    bytesToClients.add(bytes);
  }

  void toOrigin(long bytes) {
    bytesToOrigin.add(bytes);
  }

  /** How many are open. */
  public long open() {
    return open.size();
  }

  /** How many there have been since the start, open ones among them. */
  public long opened() {
    return opened.sum();
  }

  /** How many there was no place for since the start. */
  public long refused() {
    return refused.sum();
  }

  /** What went to clients since the start. */
  public long bytesToClients() {
    return bytesToClients.sum();
  }

  /** What went to the origin since the start. */
  public long bytesToOrigin() {
    return bytesToOrigin.sum();
  }

  /** Closes all, since none of them ends by itself, and lets no other begin. */
  @Override
  public void close() {
    closed = true;
    open.forEach(tunnel -> tunnel.end(null));
  }
}
