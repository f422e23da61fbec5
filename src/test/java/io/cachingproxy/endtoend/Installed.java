package io.cachingproxy.endtoend;

import io.cachingproxy.testing.MissingTool;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What these tests need of the machine, with a word on how to get what is missing. */
final class Installed {

  private Installed() {}

  /**
   * A program.
   *
   * @param debianPackage where it comes from
   */
  static Path program(String name, String debianPackage) {
    // Debian has servers where the PATH of most users doesn't look.
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> MissingTool.of(name, debianPackage));
  }

  /** A directory of files. */
  static Path directory(String path, String debianPackage) {
    Path directory = Path.of(path);
    if (!Files.isDirectory(directory)) {
      throw MissingTool.of(path, debianPackage);
    }
    return directory;
  }
}
