package io.cachingproxy.config;

import io.cachingproxy.config.Setting.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a command line.
 *
 * @param commands the long names of the flags that are commands, not settings
 * @param values the settings
 */
record Flags(Set<String> commands, Map<Setting<?>, RawValue> values) {

  static final String HELP = "help";
  static final String VERSION = "version";
  static final String CHECK_CONFIG = "check-config";
  static final String CLEAR_CACHE = "clear-cache";

  private static final List<String> COMMANDS = List.of(HELP, VERSION, CHECK_CONFIG, CLEAR_CACHE);

  boolean has(String command) {
    return commands.contains(command);
  }

  static Flags parse(String[] args) throws ConfigException {
    CommandLine line = parseLine(args);
    Flags flags = new Flags(new HashSet<>(), new HashMap<>());
    for (Option option : line.getOptions()) {
      flags.add(option.getLongOpt(), option.getValue());
    }
    if (!line.getArgList().isEmpty()) {
      String argument = line.getArgList().get(0);
      boolean isOrigin =
          HttpUrl.parse(argument) != null && !flags.values.containsKey(Settings.ORIGIN);
      throw new ConfigException(
          "unexpected argument "
              + Quoted.of(argument)
              + Suggestion.ending(isOrigin ? "--origin " + argument : null));
    }
    return flags;
  }

  private void add(String name, @Nullable String text) throws ConfigException {
    Setting<?> setting = Settings.named(name, Place.FLAG);
    if (setting == null) {
      commands.add(name);
      return;
    }
    RawValue raw = new RawValue(text == null ? "true" : text, Source.flag(name));
    if (values.put(setting, raw) != null) {
      throw new ConfigException(raw.source() + ": given twice");
    }
  }

  private static CommandLine parseLine(String[] args) throws ConfigException {
    try {
      return DefaultParser.builder()
          .setAllowPartialMatching(false)
          .setStripLeadingAndTrailingQuotes(false)
          .get()
          .parse(options(), args);
    } catch (UnrecognizedOptionException e) {
      throw unknown(e.getOption());
    } catch (MissingArgumentException e) {
      Setting<?> setting = Settings.named(e.getOption().getLongOpt(), Place.FLAG);
      throw new ConfigException(
          "flag --%s: found nothing, expected %s"
              .formatted(
                  e.getOption().getLongOpt(),
                  setting == null ? "a value" : setting.type().expected()));
    } catch (ParseException e) {
      throw new ConfigException(Quoted.plain(String.valueOf(e.getMessage())));
    }
  }

  /** An unknown flag; what follows an equals sign may be a secret, and is cut off. */
  private static ConfigException unknown(String token) {
    int equals = token.indexOf('=');
    String flag = equals < 0 ? token : token.substring(0, equals);
    String name = flag.replaceFirst("^-+", "");
    if (COMMANDS.contains(name)) {
      return new ConfigException("flag --" + name + " takes no value");
    }
    List<String> names = new ArrayList<>(Settings.names(Place.FLAG));
    names.addAll(COMMANDS);
    String nearest = Suggestion.nearest(name, names);
    return new ConfigException(
        "unknown flag "
            + Quoted.plain(flag)
            + Suggestion.ending(nearest == null ? null : "--" + nearest));
  }

  private static Options options() {
    Options options = new Options();
    for (String name : Settings.names(Place.FLAG)) {
      Setting<?> setting = Settings.named(name, Place.FLAG);
      boolean valueOptional = setting != null && setting.isSwitch();
      options.addOption(Option.builder().longOpt(name).hasArg().optionalArg(valueOptional).get());
    }
    for (String name : COMMANDS) {
      Option.Builder option = name.equals(HELP) ? Option.builder("h") : Option.builder();
      options.addOption(option.longOpt(name).get());
    }
    return options;
  }
}
