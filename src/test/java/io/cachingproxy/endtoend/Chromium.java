package io.cachingproxy.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cachingproxy.testing.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/**
 * The installed Chromium, headless: one process, with a new profile and so an empty cache, for each
 * page. It can reach loopback and nothing else. What it writes is in a directory of the caller's.
 */
final class Chromium {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program = Installed.program("chromium", "chromium");
  private final Path directory;

  Chromium(Path directory) {
    this.directory = directory;
  }

  /**
   * A page as it was seen.
   *
   * @param responses the field lines of each response, by URL, in the order of their requests
   * @param screenshot a PNG
   */
  record View(Map<String, List<String>> responses, Path screenshot) {

    /** The values of a field by URL; empty where a response had none. */
    Map<String, String> field(String name) {
      String start = name + ": ";
      Map<String, String> values = new LinkedHashMap<>();
      responses.forEach(
          (url, lines) ->
              values.put(
                  url,
                  lines.stream()
                      .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                      .map(line -> line.substring(start.length()))
                      .findFirst()
                      .orElse("")));
      return values;
    }

    /** The pixels, line by line. */
    int[] pixels() throws IOException {
      var image = ImageIO.read(screenshot.toFile());
      return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
  }

  /** Loads a page with all its parts. */
  View open(String url, String name) throws IOException {
    Path profile = Files.createDirectory(directory.resolve(name));
    Path netLog = profile.resolve("net-log.json");
    Path screenshot = directory.resolve(name + ".png");
    Path output = profile.resolve("output.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + profile,
                "--hide-scrollbars",
                "--window-size=1200,2400",
                "--log-net-log=" + netLog,
                "--screenshot=" + screenshot,
                url)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("chromium hangs: " + Files.readString(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (!Files.exists(screenshot)) {
      throw new IllegalStateException("chromium made no screenshot: " + Files.readString(output));
    }
    return new View(responses(JSON.readTree(netLog.toFile()), url), screenshot);
  }

  /** Chromium's own record of what came over the network, of the page's server alone. */
  private static Map<String, List<String>> responses(JsonNode netLog, String pageUrl) {
    String site = pageUrl.substring(0, pageUrl.indexOf('/', "http://".length()) + 1);
    JsonNode types = netLog.path("constants").path("logEventTypes");
    int start = types.path("URL_REQUEST_START_JOB").asInt(-1);
    int headers = types.path("HTTP_TRANSACTION_READ_RESPONSE_HEADERS").asInt(-1);
    Map<Long, String> urls = new LinkedHashMap<>();
    Map<String, List<String>> responses = new LinkedHashMap<>();
    for (JsonNode event : netLog.path("events")) {
      long source = event.path("source").path("id").asLong();
      JsonNode params = event.path("params");
      if (event.path("type").asInt() == start && params.has("url")) {
        urls.put(source, params.path("url").asText());
      } else if (event.path("type").asInt() == headers) {
        String url = urls.getOrDefault(source, "");
        if (url.startsWith(site)) {
          List<String> lines = params.path("headers").valueStream().map(JsonNode::asText).toList();
          responses.put(url, lines);
        }
      }
    }
    return responses;
  }
}
