package io.cachingproxy.http;

/** Normalises percent-encodings (RFC 3986 §6.2.2.1, §6.2.2.2). */
final class PercentEncoding {

  private PercentEncoding() {}

  /**
   * Converts hexadecimal digits to upper case, and decodes unreserved characters except the dot,
   * since not every origin treats {@code %2e%2e} as the dot segment {@code ..}. A text with an
   * invalid percent sign stays unchanged: how an origin reads it is unknown, and decoding around it
   * could make two different texts equal.
   */
  static String normalize(String text) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (percent >= 0) {
      int value = valueAt(text, percent);
      if (value < 0) {
        return text;
      }
      out.append(text, copied, percent);
      if (isDecoded((char) value)) {
        out.append((char) value);
      } else {
        out.append('%');
        out.append(upper(text.charAt(percent + 1))).append(upper(text.charAt(percent + 2)));
      }
      copied = percent + 3;
      percent = text.indexOf('%', copied);
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** The octet encoded at a percent sign, or -1 if it is invalid. */
  private static int valueAt(String text, int percent) {
    if (percent + 2 >= text.length()) {
      return -1;
    }
    int high = digit(text.charAt(percent + 1));
    int low = digit(text.charAt(percent + 2));
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static char upper(char c) {
    return c >= 'a' && c <= 'f' ? (char) (c - 32) : c;
  }

  private static boolean isDecoded(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '~';
  }
}
