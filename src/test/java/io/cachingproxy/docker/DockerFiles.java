package io.cachingproxy.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files under {@code docker/}, parsed. Tests run in the repository's top level. */
public final class DockerFiles {

  static final Path TOP = Path.of("").toAbsolutePath();
  static final Path DOCKER = TOP.resolve("docker");

  private static final ObjectMapper JSON = new ObjectMapper();

  private DockerFiles() {}

  /** A YAML file as a tree; duplicate keys are errors. */
  static JsonNode yaml(String name) throws IOException {
    LoadSettings strict = LoadSettings.builder().setAllowDuplicateKeys(false).build();
    return JSON.valueToTree(new Load(strict).loadFromString(text(name)));
  }

  static JsonNode json(String name) throws IOException {
    return JSON.readTree(text(name));
  }

  static String text(String name) throws IOException {
    return Files.readString(DOCKER.resolve(name));
  }
}
