package io.cachingproxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Jetty in a process of its own, run from the jetty-home distribution that the build unpacks, as
 * an operator would. It owns its base, a temporary directory, and deletes it when it is closed.
 */
public final class JettyProcess implements AutoCloseable {

  /** The system property that says where jetty-home is. */
  private static final String HOME = "jetty.home";

  private static final Path HOME_OF_THE_BUILD = Path.of("target/jetty-home");
  private static final Path WAR = Path.of("target/caching-proxy.war");
  private static final Path OUR_BASE = Path.of("jetty-base");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Pattern CONNECTOR = Pattern.compile("Started .*\\{HTTP/1.1.*:(\\d+)}");

  private final Process process;
  private final Path base;
  private final Path log;

  private JettyProcess(Process process, Path base, Path log) {
    this.process = process;
    this.base = base;
    this.log = log;
  }

  /** A copy of the project's own base, with the WAR in it. The caller closes the process. */
  public static Path ourBase() {
    return newBase(
        base -> {
          copyTree(OUR_BASE, base);
          Files.copy(
              war(),
              base.resolve("webapps/caching-proxy.war"),
              StandardCopyOption.REPLACE_EXISTING);
        });
  }

  /** A base as it comes, one connector, with the WAR dropped into it under that name. */
  public static Path foreignBase(String warName, String... modules) {
    return newBase(
        base -> {
          Files.createDirectories(base.resolve("webapps"));
          Files.createDirectories(base.resolve("environments"));
          Files.createDirectories(base.resolve("resources"));
          Files.createDirectories(base.resolve("start.d"));
          Files.copy(
              home().resolve("modules/logging/jetty/resources/jetty-logging.properties"),
              base.resolve("resources/jetty-logging.properties"));
          Files.writeString(
              base.resolve("start.d/start.ini"), "--modules=" + String.join(",", modules));
          Files.copy(war(), base.resolve("webapps").resolve(warName));
        });
  }

  /**
   * Starts a Jetty on a base made above, and returns when it has started or given up.
   *
   * @param environment variables {@code CACHING_PROXY_…}
   * @param properties arguments for Jetty's start, {@code name=value}
   */
  public static JettyProcess start(
      Path base, Map<String, String> environment, String... properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + base.resolve("tmp")));
    command.addAll(List.of("-jar", home().resolve("start.jar").toString()));
    command.add("jetty.http.host=127.0.0.1");
    command.addAll(List.of(properties));
    Path log = base.resolve("jetty.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(base.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    CleanEnvironment.of(builder);
    builder.environment().putAll(environment);
    try {
      Files.createDirectories(base.resolve("tmp"));
      JettyProcess jetty = new JettyProcess(builder.start(), base, log);
      jetty.awaitStart();
      return jetty;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void awaitStart() {
    try {
      Awaitility.await("Jetty has started")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(25))
          .until(() -> !process.isAlive() || log().contains(" Started oejs.Server@"));
    } catch (RuntimeException | Error tooLate) {
      String said = log();
      close();
      throw new IllegalStateException("Jetty did not start:\n" + said, tooLate);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has written so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The ports it listens on, in the order of its connectors. */
  public List<Integer> ports() {
    List<Integer> ports = new ArrayList<>();
    Matcher started = CONNECTOR.matcher(log());
    while (started.find()) {
      ports.add(Integer.valueOf(started.group(1)));
    }
    return ports;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      deleteTree(base);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path war() {
    return existing(WAR, "./mvnw package makes it");
  }

  private static Path home() {
    String named = System.getProperty(HOME);
    if (named != null) {
      return existing(Path.of(named), "-D" + HOME + " says it is there");
    }
    existing(HOME_OF_THE_BUILD, "./mvnw verify unpacks it");
    try (Stream<Path> versions = Files.list(HOME_OF_THE_BUILD)) {
      return versions.findFirst().orElseThrow().toAbsolutePath();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path existing(Path path, String where) {
    if (!Files.exists(path)) {
      throw new IllegalStateException("there is no " + path + "; " + where);
    }
    return path.toAbsolutePath();
  }

  private static Path newBase(Filling filling) {
    try {
      Path base = Files.createTempDirectory("jetty-base-").toRealPath();
      filling.fill(base);
      return base;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else if (!path.toString().endsWith(".war")) {
          Files.copy(path, copy);
        }
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private interface Filling {
    void fill(Path base) throws IOException;
  }
}
