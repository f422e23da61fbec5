package io.cachingproxy.testing;

import io.cachingproxy.app.EmbeddedServer;
import io.cachingproxy.config.Command;
import io.cachingproxy.config.ConfigLoader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Runs the proxy inside this JVM, its settings read just as from the command line. */
final class EmbeddedDeployment implements Deployment {

  @Override
  public ProxyUnderTest deploy(Map<String, String> settings, Clock clock) throws Exception {
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("port", "0");
    all.putIfAbsent("metrics-port", "0");
    List<String> flags = new ArrayList<>();
    all.forEach(
        (name, value) -> {
          flags.add("--" + name);
          flags.add(value);
        });
    Command command = ConfigLoader.fromCommandLine(flags.toArray(new String[0]), Map.of());
    if (command instanceof Command.Run run) {
      return new Running(EmbeddedServer.start(run.config(), clock, nanosOf(clock)));
    }
    throw new IllegalArgumentException(all + " means " + command);
  }

  /** A clock that stands still does so for all. */
  private static LongSupplier nanosOf(Clock clock) {
    return clock instanceof ManualClock manual
        ? () -> TimeUnit.MILLISECONDS.toNanos(manual.millis())
        : System::nanoTime;
  }

  private record Running(EmbeddedServer server) implements ProxyUnderTest {

    @Override
    public int port() {
      return server.port();
    }

    @Override
    public int managementPort() {
      return server.managementPort();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
