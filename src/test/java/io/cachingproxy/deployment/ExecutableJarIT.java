package io.cachingproxy.deployment;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.CleanEnvironment;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protects {@code java -jar target/caching-proxy.jar}: one file, and nothing beside it. */
final class ExecutableJarIT {

  private static final Path JAR = Path.of("target/caching-proxy.jar");
  private static final Pattern LISTENING = Pattern.compile("listening +http://localhost:(\\d+)");
  private static final Pattern ADMIN = Pattern.compile("admin +(http://localhost:\\d+)/admin");

  @TempDir Path directory;

  @Test
  void itServesClearsAndStops() throws Exception {
    try (RawOrigin origin = RawOrigin.start()) {
      origin.otherwise(exchange -> exchange.respond(200, exchange.request().target()));
      Path log = directory.resolve("proxy.log");
      Process proxy =
          run(
              log,
              "--port",
              "0",
              "--metrics-port",
              "0",
              "--origin",
              origin.url(),
              "--memory",
              "8MB");
      try {
        int port = Integer.parseInt(await(log, LISTENING));
        assertThat(get(port, "/a")).hasStatus(200).isMiss().hasBody("/a");
        assertThat(get(port, "/a")).hasStatus(200).isHit().hasBody("/a");
        assertThat(said("--clear-cache", "--admin-url", await(log, ADMIN)))
            .startsWith("cleared 1 response");
        assertThat(get(port, "/a")).isMiss();
      } finally {
        proxy.destroy();
      }
      assertThat(proxy.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(proxy.exitValue()).isZero();
      assertThat(Files.readString(log)).doesNotContain("\tat ", "WARN", "ERROR", "SLF4J");
    }
  }

  @Test
  void itKnowsItsVersion() throws Exception {
    assertThat(said("--version")).matches("caching-proxy \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @Test
  void itIsOneJarAndNoLongerMany() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> names = jar.stream().map(ZipEntry::getName).toList();
      assertThat(names)
          .doesNotHaveDuplicates()
          .noneMatch(name -> name.endsWith("module-info.class"))
          .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"))
          .contains("META-INF/services/org.slf4j.spi.SLF4JServiceProvider");
      assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
    }
  }

  private String said(String... flags) throws Exception {
    Path output = directory.resolve("output");
    Process process = run(output, flags);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static Process run(Path output, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
    command.addAll(List.of(flags));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    CleanEnvironment.of(builder);
    return builder.start();
  }

  private static String await(Path log, Pattern pattern) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> pattern.matcher(Files.readString(log)).find());
    try {
      Matcher found = pattern.matcher(Files.readString(log));
      assertThat(found.find()).isTrue();
      return found.group(1);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private static Response get(int port, String target) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return client.exchange("GET", target);
    }
  }
}
