package io.cachingproxy.proxy.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates clients' connections that accept only request targets in the forms of RFC 9112 §3.2.
 * Jetty would find a path in other targets as well, and make up the rest.
 */
public final class ClientConnections extends HttpConnectionFactory {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnections.class);

  public ClientConnections(HttpConfiguration http) {
    super(http);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    HttpConnection connection =
        new HttpConnection(getHttpConfiguration(), connector, endPoint) {
          @Override
          protected Executor getExecutor() {
            return InPlace.of(this, super.getExecutor());
          }

          @Override
          protected HttpStreamOverHTTP1 newHttpStream(
              String method, String target, HttpVersion version) {
            if (!isTarget(method, target)) {
              throw new HttpException.RuntimeException(
                  HttpStatus.BAD_REQUEST_400, "Bad request target");
            }
            return target.startsWith("/")
                ? super.newHttpStream(method, target, version)
                : new HttpStreamOverHTTP1(method, target, version) {
                  @Override
                  public void parsedHeader(HttpField field) {
                    refuseHostThatIsNone(field);
                    super.parsedHeader(field);
                  }
                };
          }
        };
    return configure(connection, connector, endPoint);
  }

  /**
   * Continues with a connection on the thread that ended its last exchange. Jetty would dispatch it
   * to a pooled thread, which costs more than the rest of a small answer; nothing blocks here.
   *
   * <p>The end of one exchange may end another, so each thread queues its connections and runs them
   * one after another instead of recursing.
   */
  record InPlace(Runnable connection, Executor pool) implements Executor {

    private static final ThreadLocal<Deque<Runnable>> UNDER_WAY = new ThreadLocal<>();

    static Executor of(Runnable connection, Executor pool) {
      return new InPlace(connection, pool);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public void execute(Runnable task) {
      if (task != connection) {
        pool.execute(task);
        return;
      }
      Deque<Runnable> waiting = UNDER_WAY.get();
      if (waiting != null) {
        waiting.add(task);
        return;
      }
      Deque<Runnable> mine = new ArrayDeque<>(2);
      UNDER_WAY.set(mine);
      try {
        for (Runnable next = task; next != null; next = mine.poll()) {
          run(next);
        }
      } finally {
        UNDER_WAY.remove();
      }
    }

    private static void close(Runnable connection, Throwable bug) {
      try {
        if (connection instanceof Connection failed) {
          failed.getEndPoint().close(bug);
        }
      } catch (Throwable another) {
        LOG.error("a connection could not be closed", another);
      }
    }

    /** A failure closes its own connection and must not keep the others waiting. */
    private static void run(Runnable connection) {
      try {
        connection.run();
      } catch (Throwable bug) {
        LOG.error("a connection could not go on", bug);
        close(connection, bug);
      }
    }
  }

  /**
   * With an absolute-form target Host is ignored, but it must be valid: Jetty would fail on it
   * later.
   */
  private static void refuseHostThatIsNone(HttpField field) {
    if (field.getHeader() == HttpHeader.HOST && field.getValue() != null) {
      try {
        new HostPort(field.getValue());
      } catch (IllegalArgumentException e) {
        throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, e.getMessage(), e);
      }
    }
  }

  /**
   * Whether the target is a path, an absolute URI with an authority ("a recipient that processes"
   * an http URI with an empty host "MUST reject it as invalid", RFC 9110 §4.2.1), or a form
   * specific to the method.
   */
  private static boolean isTarget(String method, String target) {
    if (target.startsWith("/")) {
      return true;
    }
    int slashes = target.indexOf("://");
    if (slashes > 0 && slashes + 3 < target.length()) {
      return "/?#".indexOf(target.charAt(slashes + 3)) < 0;
    }
    return method.equals("CONNECT")
        || (target.equals("*") && (method.equals("OPTIONS") || method.equals("PRI")));
  }
}
