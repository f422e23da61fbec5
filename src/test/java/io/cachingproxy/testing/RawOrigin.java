package io.cachingproxy.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 origin on a free loopback port that does what its scripts say, byte by byte, and
 * remembers every request it saw. Thread-safe; a daemon thread for each connection.
 */
public final class RawOrigin implements AutoCloseable {

  private final ServerSocket listener;
  private final Clock clock;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
  private final List<Failure> failures = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  private RawOrigin(ServerSocket listener, Clock clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /** An origin whose Date tells the system's time. */
  public static RawOrigin start() {
    return start(Clock.systemUTC());
  }

  /** An origin whose Date tells that clock's time. */
  public static RawOrigin start(Clock clock) {
    return start(clock, 0);
  }

  /** An origin on that port: one that has come back. */
  public static RawOrigin start(Clock clock, int port) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new java.net.InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 1024);
      RawOrigin origin = new RawOrigin(listener, clock);
      daemon("origin-" + listener.getLocalPort(), origin::accept);
      return origin;
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Host and port, as in a Host field. */
  public String authority() {
    return "127.0.0.1:" + port();
  }

  /** The base URL, without a trailing slash. */
  public String url() {
    return "http://" + authority();
  }

  /** Answers requests whose target starts with that prefix; the longest prefix wins. */
  public RawOrigin on(String targetPrefix, Script script) {
    scripts.put(targetPrefix, script);
    return this;
  }

  /** Answers requests that no prefix fits, {@code OPTIONS *} for example. */
  public RawOrigin otherwise(Script script) {
    return on("", script);
  }

  /** All requests so far whose target starts with that prefix, in the order of their arrival. */
  public List<ReceivedRequest> requests(String targetPrefix) {
    return requests.stream().filter(each -> each.target().startsWith(targetPrefix)).toList();
  }

  /** All requests so far. */
  public List<ReceivedRequest> requests() {
    return List.copyOf(requests);
  }

  /** How many connections have been accepted. */
  public int connections() {
    return connections.get();
  }

  /** How many connections are open. */
  public int openConnections() {
    return sockets.size();
  }

  /** Throws if a script failed since the last call. */
  public void throwFailures() {
    throwFailures("");
  }

  /** Throws if a script for a target with that prefix failed since the last call. */
  public void throwFailures(String targetPrefix) {
    List<Failure> seen =
        failures.stream().filter(each -> each.target().startsWith(targetPrefix)).toList();
    failures.removeAll(seen);
    if (!seen.isEmpty()) {
      AssertionError error =
          new AssertionError("the origin failed at " + seen.get(0).target(), seen.get(0).cause());
      seen.stream().skip(1).forEach(each -> error.addSuppressed(each.cause()));
      throw error;
    }
  }

  /** Stops listening, resets every connection, and throws if a script failed. */
  @Override
  public void close() {
    stop();
    throwFailures();
  }

  /** Stops listening and resets every connection. */
  public void stop() {
    try {
      listener.close();
      for (Socket socket : sockets) {
        reset(socket);
      }
    } catch (IOException alreadyClosed) {
      // Nothing is left to close.
    }
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        if (listener.isClosed()) {
          // It was stopped between these two lines, and did not see this one.
          reset(socket);
        }
        int connection = connections.incrementAndGet();
        daemon("origin-connection-" + connection, () -> serve(socket, connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket, int connection) {
    String target = "";
    try {
      WireReader wire = new WireReader(socket.getInputStream());
      boolean open = true;
      while (open) {
        wire.startRecording();
        String requestLine = wire.line();
        if (requestLine == null) {
          return;
        }
        ReceivedRequest request = ReceivedRequest.parse(connection, requestLine, wire);
        target = request.target();
        open = exchange(socket, wire, request);
      }
    } catch (IOException peerLeft) {
      // Whoever asks may leave at any time.
    } catch (RuntimeException | AssertionError failed) {
      // Before the peer can see the connection close, so that a test that waits for that finds it.
      failures.add(new Failure(target, failed));
    } finally {
      sockets.remove(socket);
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      // Nothing is left to close.
    }
  }

  private boolean exchange(Socket socket, WireReader wire, ReceivedRequest request)
      throws IOException {
    requests.add(request);
    BodyStream body = BodyStream.of(wire, request.headers(), false);
    Script script = scriptFor(request.target());
    if (script == null) {
      throw new IllegalStateException("no script for " + request.target());
    }
    OriginExchange exchange = new OriginExchange(request, body, wire, socket, clock);
    script.answer(exchange);
    if (exchange.isClosed() || !request.keepsAlive()) {
      return false;
    }
    long unread = body.transferTo(OutputStream.nullOutputStream());
    return unread >= 0;
  }

  private @Nullable Script scriptFor(String target) {
    return new ArrayList<>(scripts.entrySet())
        .stream()
            .filter(entry -> target.startsWith(entry.getKey()))
            .max(Comparator.comparingInt(entry -> entry.getKey().length()))
            .map(Map.Entry::getValue)
            .orElse(null);
  }

  private record Failure(String target, Throwable cause) {}

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
