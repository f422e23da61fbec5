package io.cachingproxy.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cachingproxy.testing.Installed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus for tests: the installed program, on a free port of the loopback address, with
 * its data in a directory of its own. It scrapes one target once a second. {@link #close} stops it
 * and removes the directory.
 */
public final class PrometheusServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("msg=\"Listening on\" address=\"?127\\.0\\.0\\.1:(\\d+)");
  private static final int LINES_KEPT = 20;

  private final Path directory;
  private final Process process;
  private final Thread killOnExit;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI url;

  /**
   * Starts a Prometheus that scrapes {@code /metrics} there, as the job {@code
   * caching-proxy-server}, and waits until it is ready.
   *
   * @param target {@code host:port}
   */
  public static PrometheusServer scraping(String target) throws IOException {
    return scraping(target, "/metrics");
  }

  /** As {@link #scraping(String)}, from a path. */
  public static PrometheusServer scraping(String target, String metricsPath) throws IOException {
    Path program = Installed.program("prometheus", "prometheus");
    return new PrometheusServer(program, target, metricsPath);
  }

  private PrometheusServer(Path program, String target, String metricsPath) throws IOException {
    directory = Files.createTempDirectory("prometheus");
    Path config = directory.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
        scrape_configs:
          - job_name: caching-proxy-server
            metrics_path: %s
            static_configs:
              - targets: ["%s"]
        """
            .formatted(metricsPath, target));
    process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:0")
            .redirectErrorStream(true)
            .start();
    killOnExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killOnExit);
    Thread reader = new Thread(this::readLog, "prometheus-log");
    reader.setDaemon(true);
    reader.start();
    try {
      url = URI.create("http://127.0.0.1:" + awaitPort());
      Awaitility.await("Prometheus is ready")
          .atMost(START_TIMEOUT)
          .until(() -> get("/-/ready").statusCode() == 200);
    } catch (RuntimeException | IOException e) {
      close();
      throw e;
    }
  }

  /** Where it answers, for example {@code http://127.0.0.1:9090}. */
  public URI url() {
    return url;
  }

  /**
   * Evaluates an expression now.
   *
   * @return the {@code result} of the HTTP API: for a vector one element per series, with {@code
   *     metric} (its labels) and {@code value} (time, value as text); empty if there is no data
   * @throws IllegalArgumentException if Prometheus rejects the expression
   */
  public JsonNode query(String promql) throws IOException {
    String encoded = URLEncoder.encode(promql, StandardCharsets.UTF_8);
    JsonNode answer = json.readTree(get("/api/v1/query?query=" + encoded).body());
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalArgumentException(promql + ": " + answer.path("error").asText());
    }
    return answer.path("data").path("result");
  }

  /**
   * The values of the series an expression gives now; those that are not a number (a quantile of
   * nothing) are left out.
   */
  public List<Double> values(String promql) throws IOException {
    return Stream.of(query(promql))
        .flatMap(result -> result.valueStream())
        .map(series -> series.path("value").path(1).asText())
        .filter(value -> !value.equals("NaN"))
        .map(value -> value.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.valueOf(value))
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(killOnExit);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(20)).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private int awaitPort() throws IOException {
    try {
      return port.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Prometheus did not start:\n" + log());
    }
  }

  /** Reads to the end, so that the program never waits for somebody to take its output. */
  private void readLog() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (lastLines) {
          lastLines.addLast(line);
          if (lastLines.size() > LINES_KEPT) {
            lastLines.removeFirst();
          }
        }
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          port.complete(Integer.valueOf(listening.group(1)));
        }
      }
      port.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      port.completeExceptionally(e);
    }
  }

  private String log() {
    synchronized (lastLines) {
      return String.join("\n", lastLines);
    }
  }
}
