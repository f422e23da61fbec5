package io.cachingproxy.app;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * The orderly end of a connector: the listener closes first; requests that are still read are
 * answered as ever, but with {@code Connection: close}, which Jetty adds by itself (RFC 9112 §9.6);
 * connections on which nothing goes on are closed, those used a moment ago after {@link
 * #GRACE_MILLIS}, since their client may be sending the next request right now.
 *
 * <p>Jetty's own handler for this answers such requests with 503, and its connectors shorten the
 * idle timeout of connections in use too, which cuts a download whose reader pauses. Thread-safe.
 */
final class Drain extends Handler.Wrapper {

  /** How long a connection may be idle in the end: longer than a client takes between requests. */
  private static final long GRACE_MILLIS = 500;

  private final Set<Request> inFlight = ConcurrentHashMap.newKeySet();
  private final long idleMillis;
  private volatile boolean draining;

  /**
   * Watches the requests that {@code handler} answers.
   *
   * @param idle the idle timeout of connections while a request is in flight
   */
  Drain(Handler handler, Duration idle) {
    super(handler);
    this.idleMillis = idle.toMillis();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    inFlight.add(request);
    Request.addCompletionListener(request, failure -> completed(request));
    if (draining) {
      endPoint(request).setIdleTimeout(idleMillis);
    }
    return super.handle(request, response, callback);
  }

  private void completed(Request request) {
    inFlight.remove(request);
    if (draining) {
      // The client has been told; this one waits for it to close its side, but not for long.
      endPoint(request).setIdleTimeout(GRACE_MILLIS);
    }
  }

  /**
   * Closes the connector's listener and waits until all connections have ended in good order.
   *
   * @return false if some had not when {@code most} was over
   */
  boolean drain(ServerConnector connector, Duration most) {
    draining = true;
    connector.setShutdownIdleTimeout(-1);
    CompletableFuture<Void> done = connector.shutdown();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      if (!isInUse(endPoint)) {
        endPoint.setIdleTimeout(GRACE_MILLIS);
        if (isInUse(endPoint)) {
          endPoint.setIdleTimeout(idleMillis);
        }
      }
    }
    try {
      done.get(most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isInUse(EndPoint endPoint) {
    return inFlight.stream().anyMatch(request -> endPoint(request) == endPoint);
  }

  private static EndPoint endPoint(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }
}
