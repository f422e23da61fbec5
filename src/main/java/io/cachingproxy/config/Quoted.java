package io.cachingproxy.config;

import java.util.regex.Pattern;

/**
 * Makes external text fit for a one-line message: control characters are escaped, the length is
 * bounded.
 */
final class Quoted {

  private static final int MAX_LENGTH = 160;

  private static final Pattern USERINFO = Pattern.compile("//.*@");

  private Quoted() {}

  /** {@code text} in double quotes; user and password of a URL are removed. */
  static String of(String text) {
    return '"' + plain(USERINFO.matcher(text).replaceFirst("//***@")) + '"';
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
