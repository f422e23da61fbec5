package io.cachingproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Protects what the README says about {@code --memory}: while bodies change their sizes, for
 * minutes, the whole process, started by the launcher, stays within it, a quarter more, and a fixed
 * cost; and it takes no more at the end than at the beginning.
 *
 * <p>{@code ./mvnw -Psoak verify -Dsoak.minutes=10 -Dsoak.memory=256}
 */
class MemorySoak {

  private static final long MB = 1 << 20;

  /** What the process takes beyond its store: as the README states it. */
  private static final long FIXED = 200 * MB;

  private static final int CONNECTIONS = 16;
  private static final Duration MINUTES =
      Duration.ofMinutes(Integer.getInteger("soak.minutes", 10));
  private static final long MEMORY = Integer.getInteger("soak.memory", 256) * MB;
  private static final Pattern LISTENING = Pattern.compile(" +listening +http://.*:(\\d+)");

  /** Bodies of these sizes come for a while. */
  private record Phase(String name, int least, int most) {

    /** Asks for more pages than fit, so that they come and go; some more often than others. */
    Supplier<String> targets(int cycle) {
      long pages = Math.max(10, 3 * MEMORY / 2 / (least + (most - least) / 2 + 1000));
      return () -> {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long page = random.nextInt(4) == 0 ? random.nextLong(pages / 10) : random.nextLong(pages);
        long size = least + page * 7919 % (most - least + 1);
        return "/" + size + "/" + name.replace(' ', '-') + "/" + cycle + "/" + page;
      };
    }
  }

  private static final List<Phase> PHASES =
      List.of(
          new Phase("1 KB", 1 << 10, 1 << 10),
          new Phase("300 KB", 300 << 10, 300 << 10),
          new Phase("7 KB", 7 << 10, 7 << 10),
          new Phase("500 B to 200 KB", 500, 200 << 10));

  @Test
  void theProcessKeepsToItsMemoryWhateverSizesBodiesHave(@TempDir Path home) throws Exception {
    assumeTrue(ResidentMemory.isKnownHere(), "Linux tells what a process takes");
    try (SizedOrigin origin = SizedOrigin.start()) {
      Process program = start(home, origin.url());
      try (ResidentMemory resident = new ResidentMemory(program.pid())) {
        soak(new Readers(port(program), CONNECTIONS), resident);
        program.destroy();
        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(program.exitValue()).isZero();
      } finally {
        program.destroyForcibly();
      }
    }
  }

  private static void soak(Readers readers, ResidentMemory resident) throws IOException {
    long started = System.nanoTime();
    long phaseNanos = Math.min(MINUTES.toNanos() / 10, TimeUnit.SECONDS.toNanos(60));
    List<Long> peaks = new ArrayList<>();
    for (int cycle = 0; System.nanoTime() - started < MINUTES.toNanos(); cycle++) {
      long highest = 0;
      for (Phase phase : PHASES) {
        resident.restart();
        long end = System.nanoTime() + phaseNanos;
        BooleanSupplier hasTime = () -> System.nanoTime() < end;
        long bytes = readers.read(Long.MAX_VALUE, hasTime, phase.targets(cycle));
        System.out.printf(
            "%4d s  %-16s %6d MB passed, at most %4d MB resident, %4d MB now%n",
            Duration.ofNanos(System.nanoTime() - started).toSeconds(),
            phase.name(),
            bytes / MB,
            resident.peak() / MB,
            resident.now() / MB);
        assertThat(resident.peak())
            .as("bytes resident while bodies had %s", phase.name())
            .isLessThanOrEqualTo(MEMORY + MEMORY / 4 + FIXED);
        highest = Math.max(highest, resident.peak());
      }
      peaks.add(highest);
    }
    assertThat(peaks.get(peaks.size() - 1))
        .as("creep: the peaks of the cycles are %s", peaks)
        .isLessThanOrEqualTo(peaks.get(0) + MEMORY / 8 + 16 * MB);
  }

  /** The launcher and the jar, as they are installed without sources. */
  private static Process start(Path home, String origin) throws IOException {
    Path project = Path.of(System.getProperty("basedir", ""));
    Path jar = Files.createDirectories(home.resolve("target")).resolve("caching-proxy.jar");
    Files.copy(project.resolve("target/caching-proxy.jar"), jar);
    Path launcher = home.resolve("caching-proxy");
    Files.copy(project.resolve("caching-proxy"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(),
            "--origin=" + origin,
            "--port=0",
            "--metrics-port=0",
            "--memory=" + MEMORY / MB + "MB");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().keySet().removeIf(name -> name.startsWith("CACHING_PROXY_"));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static int port(Process program) throws IOException {
    BufferedReader out = program.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new AssertionError("the program ended without listening");
  }
}
