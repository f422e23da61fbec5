package io.cachingproxy.config;

/**
 * Text from outside, made fit for a message of one line: control characters escaped, the length
 * bounded.
 */
final class Quoted {

  private static final int MAX_LENGTH = 100;

  private Quoted() {}

  /** {@code text} between double quotes. */
  static String of(String text) {
    return '"' + plain(text) + '"';
  }

  /** {@code text} without quotes, for names. */
  static String plain(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    return text.length() > MAX_LENGTH ? line.append("...").toString() : line.toString();
  }
}
