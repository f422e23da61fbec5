package io.cachingproxy.admin;

import io.cachingproxy.store.ResponseStore.Usage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdminServlet} on a real Jetty, asked byte by byte: clients that are any good won't send
 * a false Host. It has 3 responses of 4096 bytes to clear.
 */
final class AdminServer implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 20_000;

  final AtomicInteger cleared = new AtomicInteger();
  final AtomicBoolean ready = new AtomicBoolean(true);
  private final Server server = new Server();
  private final ServerConnector direct = new ServerConnector(server);
  private final ServerConnector fromElsewhere =
      new ServerConnector(server, new ProxyConnectionFactory(), new HttpConnectionFactory());

  /**
   * @param mapping the URL pattern of the servlet, for example {@code /*}
   */
  AdminServer(@Nullable String token, String mapping) throws Exception {
    this(token, AdminAccess.Trust.THIS_MACHINE, mapping);
  }

  AdminServer(@Nullable String token, AdminAccess.Trust trust, String mapping) throws Exception {
    direct.setHost("127.0.0.1");
    fromElsewhere.setHost("127.0.0.1");
    server.addConnector(direct);
    server.addConnector(fromElsewhere);
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("version", "1.2.3");
    stats.put("store", Map.of("responses", 3));
    AdminServlet servlet =
        new AdminServlet(
            new AdminAccess(token, trust),
            () -> {
              cleared.incrementAndGet();
              return new Usage(3, 4096, 10_000);
            },
            () -> stats,
            ready::get);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder(servlet), mapping);
    server.setHandler(context);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return direct.getLocalPort();
  }

  /** One request of these lines from loopback, on a connection of its own. */
  Answer ask(String requestLine, String... fields) throws IOException {
    return ask(port(), "", requestLine, fields);
  }

  /**
   * As {@link #ask}, as if from another machine: by the PROXY protocol, so that it is the address
   * of the connection for the server.
   */
  Answer askFrom(String address, String requestLine, String... fields) throws IOException {
    String family = address.contains(":") ? "TCP6" : "TCP4";
    String here = address.contains(":") ? "::1" : "127.0.0.1";
    return ask(
        fromElsewhere.getLocalPort(),
        "PROXY " + family + " " + address + " " + here + " 40000 8000\r\n",
        requestLine,
        fields);
  }

  private static Answer ask(int port, String preface, String requestLine, String... fields)
      throws IOException {
    StringBuilder request = new StringBuilder(preface).append(requestLine).append("\r\n");
    for (String field : fields) {
      request.append(field).append("\r\n");
    }
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      return Answer.parse(
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }

  /**
   * A response.
   *
   * @param fields its header lines, names in lower case
   */
  record Answer(int status, Map<String, String> fields, String body) {

    static Answer parse(String response) {
      int end = response.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new AssertionError("no response: " + response);
      }
      Map<String, String> fields = new LinkedHashMap<>();
      String[] lines = response.substring(0, end).split("\r\n", -1);
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        fields.put(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).trim());
      }
      return new Answer(
          Integer.parseInt(lines[0].split(" ", 3)[1]), fields, response.substring(end + 4));
    }

    @Nullable String field(String name) {
      return fields.get(name);
    }
  }
}
