package io.cachingproxy.endtoend;

import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.Installed;
import io.cachingproxy.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The installed nginx with the files of a directory, on a free loopback port; texts are compressed
 * for those who ask. What it needs and writes is in a directory of the caller's. {@link #close}
 * kills it.
 */
final class Nginx implements SiteServer {

  private final Path accessLog;
  private final Path errorLog;
  private final Process process;
  private final Thread killOnExit;
  private final int port = Ports.refusing();

  private Nginx(Path program, Path root, Path directory) throws IOException {
    accessLog = directory.resolve("access.log");
    errorLog = directory.resolve("error.log");
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log;
        events {}
        http {
          include /etc/nginx/mime.types;
          log_format target '$request_method $request_uri';
          access_log access.log target;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          gzip on;
          gzip_vary on;
          gzip_types text/css application/javascript;
          server {
            listen 127.0.0.1:%d;
            root %s;
          }
        }
        """
            .formatted(port, root));
    process =
        new ProcessBuilder(
                program.toString(),
                "-e",
                errorLog.toString(),
                "-p",
                directory.toString(),
                "-c",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.log").toFile())
            .start();
    killOnExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killOnExit);
    try {
      await("nginx listens").atMost(Program.PATIENCE).until(() -> !process.isAlive() || listens());
      if (!process.isAlive()) {
        throw new IllegalStateException("nginx did not start: " + Files.readString(errorLog));
      }
    } catch (RuntimeException | IOException e) {
      close();
      throw e;
    }
  }

  static Nginx serving(Path root, Path directory) throws IOException {
    return new Nginx(Installed.program("nginx", "nginx"), root, directory);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public List<String> requests() throws IOException {
    return Files.readAllLines(accessLog, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(killOnExit);
  }
}
