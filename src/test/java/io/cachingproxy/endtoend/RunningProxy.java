package io.cachingproxy.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program serving requests, on ports it chose and told in its banner. {@link #close} kills it.
 */
final class RunningProxy implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile(" +listening +http://localhost:(\\d+)");
  private static final Pattern METRICS =
      Pattern.compile(" +metrics +http://localhost:(\\d+)/metrics");

  private final Program program;
  private final int port;
  private final int managementPort;

  private RunningProxy(Program program) {
    this.program = program;
    await("the banner's last line: " + program.out() + program.err())
        .atMost(Program.PATIENCE)
        .until(() -> !program.isAlive() || lineStartsWith(program, "  events"));
    if (!program.isAlive()) {
      throw new AssertionError("did not start: " + program.awaitEnd());
    }
    port = number(program, LISTENING);
    managementPort = number(program, METRICS);
  }

  /** Starts the program on free ports with these further flags; it serves when this returns. */
  static RunningProxy start(String origin, String... flags) {
    return start(List.of(), origin, flags);
  }

  /** As {@link #start(String, String...)}, with flags for the JVM. */
  static RunningProxy start(List<String> jvmFlags, String origin, String... flags) {
    List<String> all = new ArrayList<>(List.of("--port", "0", "--metrics-port", "0"));
    all.addAll(List.of("--origin", origin));
    all.addAll(List.of(flags));
    Program program = Program.start(jvmFlags, all.toArray(String[]::new));
    try {
      return new RunningProxy(program);
    } catch (RuntimeException | AssertionError e) {
      program.close();
      throw e;
    }
  }

  private static boolean lineStartsWith(Program program, String start) {
    return program.out().stream().anyMatch(line -> line.startsWith(start));
  }

  private static int number(Program program, Pattern pattern) {
    for (String line : program.out()) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new AssertionError("no port in the banner: " + program.out());
  }

  Program program() {
    return program;
  }

  int port() {
    return port;
  }

  int managementPort() {
    return managementPort;
  }

  /** For a browser. */
  String url(String target) {
    return "http://127.0.0.1:" + port + target;
  }

  /** A new connection; the caller closes it. */
  RawClient client() {
    return RawClient.connect(port);
  }

  /** A GET on a connection of its own. */
  Response get(String target, String... headerLines) {
    return exchange("GET", target, headerLines);
  }

  /** A request without a body on a connection of its own. */
  Response exchange(String method, String target, String... headerLines) {
    try (RawClient client = client()) {
      return client.exchange(method, target, headerLines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a scrape gets. */
  List<String> metrics() {
    try (RawClient client = RawClient.connect(managementPort)) {
      return client.get("/metrics").text().lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sum over the series whose name and labels match, as a scrape shows them now. */
  double metric(String pattern) {
    return metrics().stream()
        .filter(line -> line.matches(pattern + " .*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** What it has logged so far. */
  List<String> log() {
    return program.err();
  }

  /** Lets it end in its own way, and expects that to be a success. */
  void stop() {
    program.signal("TERM");
    assertThat(program.awaitEnd().status()).isZero();
  }

  @Override
  public void close() {
    program.close();
  }
}
