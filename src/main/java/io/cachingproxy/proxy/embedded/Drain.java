package io.cachingproxy.proxy.embedded;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * The graceful shutdown of a connector. The listener closes first. Requests that still arrive are
 * answered, but with {@code Connection: close}, which Jetty adds by itself (RFC 9112 §9.6). Idle
 * connections are closed after {@link #GRACE_MILLIS}, since the client may be sending its next
 * request just now.
 *
 * <p>Jetty's own handler for this answers such requests with 503, and its connectors also shorten
 * the idle timeout of connections in use, which cuts a download whose reader pauses. Thread-safe.
 */
public final class Drain extends Handler.Wrapper {

  /** How long a connection may still be idle: longer than a client takes between requests. */
  private static final long GRACE_MILLIS = 500;

  /** How often connections are checked during the shutdown. */
  private static final long PERIOD_MILLIS = 50;

  /** Connections with a request whose content may be read, so that reading does not mean idle. */
  private final Set<EndPoint> receiving = ConcurrentHashMap.newKeySet();

  private final long idleMillis;
  private volatile boolean draining;

  /**
   * Watches the requests that {@code handler} answers. A GET costs nothing until the shutdown
   * begins.
   *
   * @param idle the idle timeout of connections while a request is in flight
   */
  public Drain(Handler handler, Duration idle) {
    super(handler);
    this.idleMillis = idle.toMillis();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (draining || !HttpMethod.GET.is(request.getMethod())) {
      EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
      receiving.add(endPoint);
      Request.addCompletionListener(request, failure -> receiving.remove(endPoint));
      endPoint.setIdleTimeout(idleMillis);
    }
    return super.handle(request, response, callback);
  }

  /**
   * Closes the connector's listener and waits until all connections have ended.
   *
   * @return false if some had not when {@code most} was over
   */
  public boolean drain(ServerConnector connector, Duration most) {
    draining = true;
    connector.setShutdownIdleTimeout(-1);
    CompletableFuture<Void> done = connector.shutdown();
    long end = System.nanoTime() + most.toNanos();
    try {
      do {
        connector.getConnectedEndPoints().forEach(this::endIfIdle);
      } while (!isDone(done) && System.nanoTime() < end);
      return done.isDone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isDone(CompletableFuture<Void> done) throws InterruptedException {
    try {
      done.get(PERIOD_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection is read between requests, and otherwise only for a request's content. */
  private void endIfIdle(EndPoint endPoint) {
    boolean isRead =
        endPoint instanceof AbstractEndPoint known && known.getFillInterest().isInterested();
    if (isRead && !receiving.contains(endPoint)) {
      endPoint.setIdleTimeout(GRACE_MILLIS);
    }
  }
}
