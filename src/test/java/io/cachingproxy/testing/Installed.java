package io.cachingproxy.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The programs that some tests need of the machine. A test whose program isn't there is skipped;
 * where {@code CI} is set, where everything is to be tested, it fails.
 *
 * <p>The build gives all its JVMs one file to note such tests in, and at its end has {@link #main}
 * tell what is in it.
 */
public final class Installed {

  private static final @Nullable String NOTES = System.getProperty("skipped.tests");

  private static final String RULE = "-".repeat(72);

  private Installed() {}

  /**
   * A program. To be asked for in a test or in what runs before it, not in a static initialiser:
   * one that is aborted is an error.
   *
   * @param debianPackage where it comes from
   */
  public static Path program(String name, String debianPackage) {
    // Debian has servers where the PATH of most users doesn't look.
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> missing(name, debianPackage));
  }

  private static RuntimeException missing(String program, String debianPackage) {
    String message =
        "this test needs %s, which isn't here: apt-get install --no-install-recommends %s"
            .formatted(program, debianPackage);
    if (System.getenv("CI") != null) {
      return new IllegalStateException(message);
    }
    if (NOTES != null) {
      note(Path.of(NOTES), new Skipped(testClass(), program, debianPackage));
    }
    return new TestAbortedException(message);
  }

  private static String testClass() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .map(frame -> frame.getClassName().replaceFirst("\\$.*", ""))
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .filter(name -> name.endsWith("IT") || name.endsWith("Test"))
                    .findFirst()
                    .orElse("a test"));
  }

  /**
   * That tests of a class were skipped.
   *
   * @param program what they need
   * @param debianPackage where that comes from
   */
  record Skipped(String testClass, String program, String debianPackage) {

    static Skipped parse(String line) {
      String[] parts = line.split(" ", -1);
      return new Skipped(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
      return testClass + " " + program + " " + debianPackage;
    }
  }

  static void note(Path notes, Skipped skipped) {
    try {
      Files.writeString(
          notes, skipped + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Prints what was skipped in this build, if anything was, and how to get the programs.
   *
   * @param arguments the file with the notes, which is deleted
   */
  public static void main(String[] arguments) throws IOException {
    System.out.print(taken(Path.of(arguments[0])));
  }

  /** What is to be told of these notes, which are deleted; empty if there are none. */
  static String taken(Path notes) throws IOException {
    if (!Files.exists(notes)) {
      return "";
    }
    List<Skipped> all = Files.readAllLines(notes).stream().map(Skipped::parse).toList();
    Files.delete(notes);
    return tell(all);
  }

  static String tell(List<Skipped> all) {
    Map<String, Set<String>> classes = new TreeMap<>();
    Set<String> packages = new TreeSet<>();
    for (Skipped each : all) {
      classes.computeIfAbsent(each.program(), program -> new TreeSet<>()).add(each.testClass());
      packages.add(each.debianPackage());
    }
    List<String> lines = new ArrayList<>();
    lines.add(RULE);
    lines.add("Skipped, because a program isn't here:");
    classes.forEach(
        (program, names) -> lines.add("  %-12s %s".formatted(program, String.join(", ", names))));
    lines.add("On Debian this installs what is missing:");
    lines.add("  apt-get install --no-install-recommends " + String.join(" ", packages));
    lines.add(RULE);
    return String.join("\n", lines) + "\n";
  }
}
