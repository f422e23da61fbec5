package io.cachingproxy.app;

import io.cachingproxy.admin.AdminClient;
import io.cachingproxy.admin.AdminException;
import io.cachingproxy.admin.ClearResult;
import io.cachingproxy.config.Command;
import io.cachingproxy.config.ConfigException;
import io.cachingproxy.config.ConfigLoader;
import io.cachingproxy.config.ProxyConfig;
import io.cachingproxy.store.memory.DirectMemory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.security.Security;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line. Exit codes: 0 for success, 1 if the command failed, 2 if it was used wrongly;
 * errors are one line on stderr.
 */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  /** Runs the command; a started proxy runs until it gets a signal. */
  public static void main(String[] args) {
    int status = run(args, System.getenv(), System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      Command command = ConfigLoader.fromCommandLine(args, environment);
      if (command instanceof Command.Help help) {
        out.print(help.text());
      } else if (command instanceof Command.Version version) {
        out.print(version.text());
      } else if (command instanceof Command.CheckConfig check) {
        EventLogs.check(check.config());
        out.print(check.report());
      } else if (command instanceof Command.ClearCache clear) {
        ClearResult cleared =
            AdminClient.clear(URI.create(clear.adminUrl().toString()), clear.adminToken());
        out.printf(
            "cleared %,d %s, %,d bytes%n",
            cleared.responses(),
            cleared.responses() == 1 ? "response" : "responses",
            cleared.bytes());
      } else if (command instanceof Command.Run start) {
        EventLogs.check(start.config());
        return start(start.config(), out, err);
      }
      return 0;
    } catch (ConfigException e) {
      err.println("caching-proxy: " + e.getMessage());
      return MISUSED;
    } catch (AdminException e) {
      err.println("caching-proxy: " + e.getMessage());
      return FAILED;
    }
  }

  private static int start(ProxyConfig config, PrintStream out, PrintStream err) {
    long memory = config.cache().memory();
    if (memory > DirectMemory.usable()) {
      err.printf(
          "caching-proxy: --memory %d bytes is more than this JVM allows outside its heap (%d);"
              + " start it with -XX:MaxDirectMemorySize=%d or more%n",
          memory, DirectMemory.usable(), memory + memory / 4);
      return MISUSED;
    }
    String warning = HeapTrim.warning(memory, Runtime.getRuntime().maxMemory());
    if (warning != null) {
      LOG.warn(warning);
    }
    // Failed look-ups are not cached, so that an origin is found as soon as its name is back.
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    EmbeddedServer server;
    try {
      server = EmbeddedServer.start(config, Clock.systemUTC());
    } catch (IOException e) {
      err.println("caching-proxy: " + e.getMessage());
      return FAILED;
    }
    server.trimHeap();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, out, err), "shutdown"));
    out.print(Banner.of(config, server.port(), server.managementPort()));
    out.flush();
    return 0;
  }

  /**
   * Handles a signal. By default the JVM would exit with 128 + the signal's number; stopping on
   * request is a success.
   */
  private static void stop(EmbeddedServer server, PrintStream out, PrintStream err) {
    try {
      server.close();
    } finally {
      out.flush();
      err.flush();
      Runtime.getRuntime().halt(0);
    }
  }
}
