package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Place;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The settings in a YAML file: one mapping from names to plain values. It is read event by event,
 * so that every value is kept as written ({@code 0} is not a number yet) and has its line, and
 * nested structures are never followed.
 */
final class ConfigFile {

  private final String path;
  private final Map<Setting<?>, RawValue> values = new HashMap<>();

  private ConfigFile(String path) {
    this.path = path;
  }

  /**
   * Reads the file at {@code path}.
   *
   * @param named where the path came from
   */
  static Map<Setting<?>, RawValue> read(String path, Source named) throws ConfigException {
    ConfigFile file = new ConfigFile(path);
    file.parse(TextFile.read(path, named));
    return file.values;
  }

  private void parse(String content) throws ConfigException {
    try {
      Iterator<Event> events =
          new Parse(LoadSettings.builder().build()).parseString(content).iterator();
      events.next(); // the start of the stream
      if (events.next() instanceof DocumentStartEvent) {
        readRoot(events);
        events.next(); // the end of the document
        Event end = events.next();
        if (end instanceof DocumentStartEvent) {
          throw error(end, "expected one document, found another");
        }
      }
    } catch (MarkedYamlEngineException e) {
      throw error(e.getProblemMark(), problem(e.getProblem()));
    } catch (YamlEngineException e) {
      throw error(Optional.empty(), problem(e.getMessage()));
    }
  }

  private void readRoot(Iterator<Event> events) throws ConfigException {
    Event root = events.next();
    if (!(root instanceof MappingStartEvent)) {
      throw error(root, "expected lines of the form \"name: value\"");
    }
    Event key = events.next();
    while (!(key instanceof MappingEndEvent)) {
      if (!(key instanceof ScalarEvent name)) {
        throw error(key, "expected the name of a setting");
      }
      readEntry(name, events.next());
      key = events.next();
    }
  }

  private void readEntry(ScalarEvent key, Event value) throws ConfigException {
    String name = key.getValue();
    Setting<?> setting = Settings.named(name, Place.FILE);
    if (setting == null) {
      throw error(
          key,
          "unknown key "
              + Quoted.plain(name)
              + Suggestion.ending(Suggestion.nearest(name, Settings.names(Place.FILE))));
    }
    Source source = Source.file(path, line(key.getStartMark()), name);
    if (!(value instanceof ScalarEvent scalar)) {
      throw new ConfigException(
          source + ": found more than a plain value, expected " + setting.type().expected());
    }
    if (values.put(setting, new RawValue(scalar.getValue(), source)) != null) {
      throw new ConfigException(source + ": given twice");
    }
  }

  private ConfigException error(Event at, String message) {
    return error(at.getStartMark(), message);
  }

  private ConfigException error(Optional<Mark> at, String message) {
    String line = at.isEmpty() ? "" : " line " + line(at);
    return new ConfigException("file " + Quoted.plain(path) + line + ": " + message);
  }

  private static String problem(@Nullable String text) {
    return "not valid YAML: " + Quoted.plain(String.valueOf(text));
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }
}
