package io.cachingproxy.proxy.tunnel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Limits and counts the open tunnels, and counts their bytes. Thread-safe. */
public final class Tunnels implements AutoCloseable {

  private final int most;
  private final AtomicInteger places = new AtomicInteger();
  private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
  private final LongAdder opened = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder bytesToClients = new LongAdder();
  private final LongAdder bytesToOrigin = new LongAdder();
  private volatile boolean closed;

  /** Creates a limit of {@code most} tunnels. */
  public Tunnels(int most) {
    this.most = most;
  }

  /**
   * Reserves a place, which must be given back with {@link #release} when the tunnel is over or was
   * never opened.
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

  /** Whether no more tunnels may be opened. */
  public boolean isClosed() {
    return closed;
  }

  /** Gives a reserved place back. */
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

  /** Removes the tunnel and gives its place back. */
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

  /** How many have been opened since the start. */
  public long opened() {
    return opened.sum();
  }

  /** How many were refused since the start because no place was left. */
  public long refused() {
    return refused.sum();
  }

  /** How many bytes were written to clients since the start. */
  public long bytesToClients() {
    return bytesToClients.sum();
  }

  /** How many bytes were written to the origin since the start. */
  public long bytesToOrigin() {
    return bytesToOrigin.sum();
  }

  /** Closes all tunnels, since none of them ends by itself, and refuses new ones. */
  @Override
  public void close() {
    closed = true;
    open.forEach(tunnel -> tunnel.end(null));
  }
}
