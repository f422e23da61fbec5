package io.cachingproxy.endtoend;

import io.cachingproxy.testing.CleanEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The executable jar as a process, with what it has printed so far. {@link #close} kills it.
 *
 * <p>It runs on the JDK of the tests, and sees none of the settings that the tests' own environment
 * may hold. Thread-safe.
 */
final class Program implements AutoCloseable {

  /** How long a JVM may take for anything on a machine that is busy. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int SIGINT = 2;

  private static final Path JAR =
      Path.of(System.getProperty("basedir", ""), "target", "caching-proxy.jar").toAbsolutePath();

  private final Process process;
  private final Thread killOnExit;
  private final Lines out;
  private final Lines err;

  private Program(Process process) {
    this.process = process;
    killOnExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killOnExit);
    out = new Lines(process.inputReader(StandardCharsets.UTF_8));
    err = new Lines(process.errorReader(StandardCharsets.UTF_8));
  }

  /** Starts it with these flags and waits for nothing. */
  static Program start(String... flags) {
    return start(List.of(), flags);
  }

  /** As {@link #start(String...)}, with flags for the JVM. */
  static Program start(List<String> jvmFlags, String... flags) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: make it with ./mvnw package -DskipTests");
    }
    List<String> command = new ArrayList<>();
    if (ignoresInterrupts()) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(List.of(flags));
    ProcessBuilder builder = new ProcessBuilder(command);
    CleanEnvironment.of(builder);
    try {
      return new Program(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether a shell runs the tests in the background, and so has them and their children ignore
   * SIGINT, which no program can tell from what it says itself. Known on Linux alone.
   */
  private static boolean ignoresInterrupts() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
          .anyMatch(ignored -> (ignored & 1L << (SIGINT - 1)) != 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs it to its end. */
  static Ended run(String... flags) {
    try (Program program = start(flags)) {
      return program.awaitEnd();
    }
  }

  /** The version that the jar's manifest tells. */
  static String implementationVersion() {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.getManifest().getMainAttributes().getValue("Implementation-Version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines on its standard output so far. */
  List<String> out() {
    return out.soFar();
  }

  /** The lines on its standard error so far: its log, and why it didn't start. */
  List<String> err() {
    return err.soFar();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends it a signal, for example {@code TERM}. */
  void signal(String name) {
    try {
      // Every shell has this built in; the program of that name comes in a package of its own.
      String kill = "kill -s %s %d".formatted(name, process.pid());
      int status = new ProcessBuilder("sh", "-c", kill).start().waitFor();
      if (status != 0) {
        throw new AssertionError(kill + " failed: " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits until it has ended and all it printed has been read. */
  Ended awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running after " + PATIENCE + ": " + out() + err());
      }
      out.awaitEnd();
      err.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return new Ended(process.exitValue(), out(), err());
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

  /** How it ended. */
  record Ended(int status, List<String> out, List<String> err) {}

  /** Reads lines as they come, so that the program never waits for somebody to take its output. */
  private static final class Lines {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread thread;

    Lines(BufferedReader reader) {
      thread = new Thread(() -> read(reader), "program-output");
      thread.setDaemon(true);
      thread.start();
    }

    private void read(BufferedReader reader) {
      try (reader) {
        for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
        }
      } catch (IOException killed) {
        // Nothing more will come.
      }
    }

    List<String> soFar() {
      return List.copyOf(lines);
    }

    void awaitEnd() throws InterruptedException {
      thread.join(PATIENCE.toMillis());
    }
  }
}
