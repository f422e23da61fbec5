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
 * Limits the time that a whole request head may take, from its first byte: with an idle timeout
 * alone, a client could hold a connection by sending a byte now and then.
 *
 * <p>Instead of a timer for each request, all connections are checked periodically, and one that
 * has been in the same head for longer than the timeout is closed without an answer. So the limit
 * is only as precise as the period, and a request costs nothing. Started and stopped with the
 * connector whose bean it is; the checks run on one thread at a time.
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
   * @param whenClosed is called for each connection that is closed
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
      // Reschedule whatever happened: otherwise no connection would be checked again.
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
   * The last state of a connection that waits for a request or is in its head.
   *
   * @param requests how many requests it had carried
   * @param bytes how many bytes had arrived
   * @param since when it was last seen idle, or else first seen in this head
   */
  private record Watch(long requests, long bytes, long since) {

    /** Null if a request is being served, so that there is nothing to watch. */
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
      // A connection is idle only if it has sent nothing since: even empty lines count as activity.
      boolean idle = parser.isStart() && before.bytes == bytes;
      return idle ? new Watch(requests, bytes, now) : before;
    }
  }
}
