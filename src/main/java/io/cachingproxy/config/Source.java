package io.cachingproxy.config;

/**
 * The source of a setting's value, as error messages call it: {@code flag --port}.
 *
 * @param name how to call it
 */
record Source(String name) {

  static final Source DEFAULT = new Source("default");

  static Source flag(String setting) {
    return new Source("flag --" + setting);
  }

  static Source environment(String variable) {
    return new Source("environment " + variable);
  }

  /**
   * A line of a file.
   *
   * @param line counted from 1
   */
  static Source file(String path, int line, String key) {
    return new Source("file " + Quoted.plain(path) + " line " + line + ", key " + key);
  }

  static Source servletParameter(String name) {
    return new Source("servlet parameter " + name);
  }

  @Override
  public String toString() {
    return name;
  }
}
