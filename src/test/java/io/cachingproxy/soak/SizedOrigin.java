package io.cachingproxy.soak;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An origin that answers {@code /size/anything} with a body of that many bytes and the fields that
 * pages usually have. A thread for each connection; {@link #close} ends them all.
 */
final class SizedOrigin implements Closeable {

  private static final byte[] CONTENT = new byte[64 << 10];

  static {
    Arrays.fill(CONTENT, (byte) 'x');
  }

  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  private SizedOrigin(ServerSocket listener) {
    this.listener = listener;
  }

  static SizedOrigin start() {
    try {
      SizedOrigin origin =
          new SizedOrigin(new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1")));
      daemon(origin::acceptAll);
      return origin;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "sized-origin");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connection.setTcpNoDelay(true);
        connections.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException closed) {
      // That is the end.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      for (String request = head(in); !request.isEmpty(); request = head(in)) {
        String target = request.substring(request.indexOf(' ') + 1);
        answer(out, Long.parseLong(target.substring(1, target.indexOf('/', 1))));
      }
    } catch (IOException gone) {
      // The proxy closes connections as it likes.
    } finally {
      connections.remove(connection);
    }
  }

  /** The head of the next request, empty at the end of the connection. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (next == '\n' && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        return head.toString();
      }
    }
    return "";
  }

  private static void answer(OutputStream out, long size) throws IOException {
    String head =
        """
        HTTP/1.1 200 OK\r
        Date: Sun, 22 Nov 2026 18:00:00 GMT\r
        Server: origin/1.0\r
        Content-Type: text/html; charset=utf-8\r
        Content-Length: %d\r
        Last-Modified: Sun, 01 Nov 2026 12:00:00 GMT\r
        ETag: "5f3c-61d0a8b2"\r
        Accept-Ranges: bytes\r
        Vary: Accept-Encoding\r
        Cache-Control: public, max-age=86400\r
        X-Request-Id: 0d1f4a6e-6c1b-4a50-9a05-7e9f0b0c2d11\r
        \r
        """
            .formatted(size);
    byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
    int whole = (int) Math.min(size, CONTENT.length - first.length);
    byte[] both = Arrays.copyOf(first, first.length + whole);
    Arrays.fill(both, first.length, both.length, (byte) 'x');
    out.write(both);
    for (long rest = size - whole; rest > 0; rest -= CONTENT.length) {
      out.write(CONTENT, 0, (int) Math.min(rest, CONTENT.length));
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
