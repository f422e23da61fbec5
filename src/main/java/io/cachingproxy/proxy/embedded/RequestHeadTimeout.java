package io.cachingproxy.proxy.embedded;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time that a whole request head may take, from its first byte: an idle timeout alone
 * lets a client hold a connection for as long as it drips a byte now and then.
 *
 * <p>Requests know nothing of it: every now and then all connections are looked at, and one that is
 * still in the head it was in a timeout ago is closed, without an answer. So a head may take a
 * quarter more than the timeout, and no request costs anything. Lives and dies with the connector
 * it is a bean of; looks at the connections on one thread at a time.
 */
public final class RequestHeadTimeout extends AbstractLifeCycle {

  private static final int LOOKS_IN_A_TIMEOUT = 4;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Connector connector;
  private final long timeoutNanos;
  private final Runnable whenClosed;
  private Map<EndPoint, Watch> watched = new HashMap<>();
  private volatile Scheduler.@Nullable Task next;

  /**
   * A timeout for the HTTP/1 connections of a connector.
   *
   * @param whenClosed is told of each connection that is closed
   */
  public RequestHeadTimeout(Connector connector, Duration timeout, Runnable whenClosed) {
    this.connector = connector;
    this.timeoutNanos = timeout.toNanos();
    this.whenClosed = whenClosed;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    lookLater();
  }

  @Override
  protected void doStop() throws Exception {
    Scheduler.Task task = next;
    if (task != null) {
      task.cancel();
    }
    super.doStop();
  }

  private void lookLater() {
    long pause = Math.min(LONGEST_PAUSE_NANOS, timeoutNanos / LOOKS_IN_A_TIMEOUT);
    next = connector.getScheduler().schedule(this::look, pause, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (!isStarting() && !isStarted()) {
      return;
    }
    try {
      lookAtAll();
    } finally {
      // Whatever happens at one connection: without a next time none would be bounded any more.
      lookLater();
    }
  }

  private void lookAtAll() {
    long now = System.nanoTime();
    Map<EndPoint, Watch> still = new HashMap<>();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      if (endPoint.getConnection() instanceof HttpConnection connection) {
        Watch watch = Watch.of(connection, watched.get(endPoint), now);
        if (watch != null && now - watch.since > timeoutNanos) {
          endPoint.close(new TimeoutException("request head"));
          whenClosed.run();
        } else if (watch != null) {
          still.put(endPoint, watch);
        }
      }
    }
    watched = still;
  }

  /**
   * What was seen of a connection that waits for a request or is in its head.
   *
   * @param requests how many requests it had carried
   * @param bytes how many bytes had arrived
   * @param since when the head was first seen to have begun
   */
  private record Watch(long requests, long bytes, long since) {

    /** Null where there is nothing to watch: a request is being served. */
    static @Nullable Watch of(HttpConnection connection, @Nullable Watch before, long now) {
      HttpParser parser = connection.getParser();
      if (!parser.inHeaderState()) {
        return null;
      }
      long requests = connection.getMessagesIn();
      long bytes = connection.getBytesIn();
      if (before == null || before.requests != requests) {
        return new Watch(requests, bytes, now);
      }
      // Idle is who has sent nothing at all since then: empty lines are something.
      boolean idle = parser.isStart() && before.bytes == bytes;
      return idle ? new Watch(requests, bytes, now) : before;
    }
  }
}
