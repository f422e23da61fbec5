package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The settings in a YAML file: one mapping from names to plain values. It is read as a tree and no
 * further, so every value is taken as it was written ({@code 0} is no number yet) and knows its
 * line.
 */
final class ConfigFile {

  /** In bytes; no configuration comes near, and {@code /dev/zero} doesn't get past. */
  private static final int MAX_SIZE = 1 << 20;

  private final String path;
  private final Map<Setting<?>, RawValue> values = new HashMap<>();

  private ConfigFile(String path) {
    this.path = path;
  }

  /**
   * The values in the file at {@code path}.
   *
   * @param named where the path came from
   */
  static Map<Setting<?>, RawValue> read(String path, Source named) throws ConfigException {
    ConfigFile file = new ConfigFile(path);
    Optional<Node> root = file.compose(content(path, named));
    if (root.isPresent()) {
      file.readRoot(root.get());
    }
    return file.values;
  }

  private static String content(String path, Source named) throws ConfigException {
    String cannotRead = named + ": cannot read " + Quoted.of(path) + ": ";
    try {
      if (Files.isDirectory(Path.of(path))) {
        throw new ConfigException(cannotRead + "it is a directory");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(Path.of(path))) {
        bytes = in.readNBytes(MAX_SIZE + 1);
      }
      if (bytes.length > MAX_SIZE) {
        throw new ConfigException(cannotRead + "it is larger than " + Sizes.print(MAX_SIZE));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new ConfigException(cannotRead + "no such file");
    } catch (AccessDeniedException e) {
      throw new ConfigException(cannotRead + "permission denied");
    } catch (CharacterCodingException e) {
      throw new ConfigException(cannotRead + "it is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(cannotRead + Quoted.plain(String.valueOf(e.getMessage())));
    }
  }

  private Optional<Node> compose(String content) throws ConfigException {
    try {
      return new Compose(LoadSettings.builder().build()).composeString(content);
    } catch (MarkedYamlEngineException e) {
      throw error(e.getProblemMark().orElse(null), "not valid YAML: " + problem(e));
    } catch (YamlEngineException e) {
      throw error((Mark) null, "not valid YAML: " + problem(e));
    }
  }

  private void readRoot(Node root) throws ConfigException {
    if (!(root instanceof MappingNode mapping)) {
      throw error(root, "expected lines of the form \"name: value\"");
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw error(entry.getKeyNode(), "expected the name of a setting");
      }
      readEntry(key, entry.getValueNode());
    }
  }

  private void readEntry(ScalarNode key, Node value) throws ConfigException {
    String name = key.getValue();
    Setting<?> setting = Settings.named(name, Place.FILE);
    if (setting == null) {
      throw error(
          key,
          "unknown key "
              + Quoted.plain(name)
              + Suggestion.ending(Suggestion.nearest(name, Settings.names(Place.FILE))));
    }
    if (!(value instanceof ScalarNode scalar)) {
      throw error(value, "key " + name + ": found nested values, expected " + expected(setting));
    }
    int line = key.getStartMark().map(Mark::getLine).orElse(0) + 1;
    RawValue raw = new RawValue(scalar.getValue(), Source.file(path, line, name));
    RawValue earlier = values.put(setting, raw);
    if (earlier != null) {
      throw error(key, "key " + name + " is given twice");
    }
  }

  private static String expected(Setting<?> setting) {
    return setting.type().expected();
  }

  private static String problem(YamlEngineException e) {
    String problem =
        e instanceof MarkedYamlEngineException marked ? marked.getProblem() : e.getMessage();
    return Quoted.plain(String.valueOf(problem));
  }

  private ConfigException error(Node at, String message) {
    return error(at.getStartMark().orElse(null), message);
  }

  private ConfigException error(@Nullable Mark at, String message) {
    String line = at == null ? "" : " line " + (at.getLine() + 1);
    return new ConfigException("file " + Quoted.plain(path) + line + ": " + message);
  }
}
