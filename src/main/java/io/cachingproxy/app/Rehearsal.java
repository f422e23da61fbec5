package io.cachingproxy.app;

import io.cachingproxy.config.Command;
import io.cachingproxy.config.ConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * A trial run for the class data archive: the launcher lets the JVM record the classes that a proxy
 * loads until it has answered its first requests. Listens on free ports of the loopback interface
 * and connects to nothing outside the process.
 *
 * <p>The exit code is 0, or not if the machine doesn't allow even that; it never takes long.
 */
public final class Rehearsal {

  private static final int MAX_MILLIS = 20_000;

  private static final String ANSWER =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/html; charset=utf-8\r
      Content-Length: 2\r
      Cache-Control: max-age=60\r
      ETag: "1"\r
      Vary: Accept-Encoding\r
      \r
      ok\
      """;

  private Rehearsal() {}

  /** Runs the trial, whatever the arguments. */
  public static void main(String[] args) throws Exception {
    Thread watchdog = new Thread(Rehearsal::giveUpLater, "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    try (ServerSocket origin = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(origin), "origin");
      answering.setDaemon(true);
      answering.start();
      String[] flags = {
        "--origin", "http://127.0.0.1:" + origin.getLocalPort(),
        "--host", "127.0.0.1",
        "--port", "0",
        "--metrics-host", "127.0.0.1",
        "--metrics-port", "0"
      };
      if (ConfigLoader.fromCommandLine(flags, Map.of()) instanceof Command.Run run) {
        try (EmbeddedServer server = EmbeddedServer.start(run.config(), Clock.systemUTC())) {
          String banner = Banner.of(run.config(), server.port(), server.managementPort());
          ask(server.port(), "/" + banner.length());
          ask(server.port(), "/" + banner.length());
          ask(server.managementPort(), "/metrics");
        }
      }
    }
  }

  private static void giveUpLater() {
    try {
      Thread.sleep(MAX_MILLIS);
      Runtime.getRuntime().halt(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void ask(int port, String target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(MAX_MILLIS);
      String request =
          "GET "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getInputStream().readAllBytes();
    }
  }

  private static void answer(ServerSocket origin) {
    byte[] answer = ANSWER.getBytes(StandardCharsets.ISO_8859_1);
    try {
      while (true) {
        try (Socket connection = origin.accept()) {
          InputStream in = connection.getInputStream();
          byte[] request = new byte[8192];
          while (in.read(request) > 0) {
            connection.getOutputStream().write(answer);
          }
        }
      }
    } catch (IOException closed) {
      // The rehearsal is over.
    }
  }
}
