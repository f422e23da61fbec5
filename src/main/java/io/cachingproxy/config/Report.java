package io.cachingproxy.config;

/** The output of {@code --check-config}: every setting with its value and source. */
final class Report {

  private static final String LINE = "%-25s %-25s %s\n";

  private Report() {}

  /** The report on settings that have been assembled without an error. */
  static String of(Resolved settings) throws ConfigException {
    StringBuilder report = new StringBuilder("configuration ok\n");
    for (Setting<?> setting : Settings.all()) {
      if (setting.group() != Setting.Group.OTHER) {
        report.append(LINE.formatted(setting, value(setting, settings), settings.source(setting)));
      }
    }
    return report.toString();
  }

  private static <T> String value(Setting<T> setting, Resolved settings) throws ConfigException {
    if (setting == (Object) Settings.MAX_OBJECT_SIZE) {
      return Sizes.print(new Assembly(settings).maxObjectSize());
    }
    T value = settings.find(setting);
    if (value == null) {
      return setting.type() == (Object) ValueType.HOST_NAME ? "(all interfaces)" : "(none)";
    }
    return setting.isSecret() ? "(hidden)" : setting.type().printer().apply(value);
  }
}
