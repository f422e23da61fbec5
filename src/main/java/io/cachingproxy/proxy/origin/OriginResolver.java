package io.cachingproxy.proxy.origin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the origin's name on a separate thread, one look-up at a time, shared by all who need
 * it: a look-up blocks, and with a name server that hangs, one per connection would use up every
 * thread. Nobody waits longer than the connect timeout.
 *
 * <p>Thread-safe.
 */
public final class OriginResolver implements SocketAddressResolver {

  /** Finds the addresses of a name; may block. */
  @FunctionalInterface
  public interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  private final Lookup lookup;
  private final Supplier<Scheduler> scheduler;
  private final Duration timeout;
  private @Nullable CompletableFuture<InetAddress[]> underWay;

  /**
   * Creates a resolver that asks {@code lookup}.
   *
   * @param scheduler called at the first resolution
   */
  public OriginResolver(Lookup lookup, Supplier<Scheduler> scheduler, Duration timeout) {
    this.lookup = lookup;
    this.scheduler = scheduler;
    this.timeout = timeout;
  }

  /** Resolves the host, which is always the origin's. */
  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    AtomicBoolean told = new AtomicBoolean();
    Scheduler.Task timer =
        scheduler
            .get()
            .schedule(
                () -> {
                  if (told.compareAndSet(false, true)) {
                    promise.failed(
                        new UnknownHostException("no address in " + timeout.toMillis() + " ms"));
                  }
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    addresses(host)
        .whenComplete(
            (found, failure) -> {
              timer.cancel();
              if (told.compareAndSet(false, true)) {
                if (failure == null) {
                  promise.succeeded(at(port, found));
                } else {
                  promise.failed(failure);
                }
              }
            });
  }

  private synchronized CompletableFuture<InetAddress[]> addresses(String host) {
    CompletableFuture<InetAddress[]> current = underWay;
    if (current == null) {
      current = new CompletableFuture<>();
      underWay = current;
      CompletableFuture<InetAddress[]> begun = current;
      Thread thread = new Thread(() -> find(host, begun), "origin-name");
      thread.setDaemon(true);
      try {
        thread.start();
      } catch (OutOfMemoryError noThread) {
        underWay = null;
        current.completeExceptionally(noThread);
      }
    }
    return current;
  }

  private void find(String host, CompletableFuture<InetAddress[]> result) {
    InetAddress[] found = {};
    Throwable failure = null;
    try {
      found = lookup.find(host);
    } catch (UnknownHostException | RuntimeException | Error e) {
      failure = e;
    } finally {
      synchronized (this) {
        underWay = null;
      }
    }
    if (failure != null) {
      result.completeExceptionally(failure);
    } else {
      result.complete(found);
    }
  }

  private static List<InetSocketAddress> at(int port, InetAddress[] addresses) {
    return Arrays.stream(addresses).map(each -> new InetSocketAddress(each, port)).toList();
  }
}
