package io.cachingproxy.events;

/**
 * Makes external text fit for a JSON string of bounded size: lone surrogates, which UTF-8 can't
 * encode, become U+FFFD, and text that is too long is cut off and ends in an ellipsis.
 */
final class JsonText {

  private static final char REPLACEMENT = '\uFFFD';
  private static final String ELLIPSIS = "\u2026";
  private static final int ELLIPSIS_BYTES = 3;

  /** The most bytes that one {@code char} takes inside a JSON string, as in {@code \u0001}. */
  private static final int MAX_BYTES_PER_CHAR = 6;

  private JsonText() {}

  /**
   * Returns the text, cleaned and shortened.
   *
   * @param maxBytes the limit as UTF-8 between the quotes of a JSON string, escapes included
   */
  static String of(String text, int maxBytes) {
    if (text.length() <= maxBytes / MAX_BYTES_PER_CHAR && !hasSurrogates(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(Math.min(text.length(), maxBytes));
    int bytes = 0;
    int lengthThatLeavesRoom = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (isSurrogate(codePoint)) {
        codePoint = REPLACEMENT;
      }
      bytes += bytesOf(codePoint);
      if (bytes > maxBytes) {
        clean.setLength(lengthThatLeavesRoom);
        return clean.append(ELLIPSIS).toString();
      }
      clean.appendCodePoint(codePoint);
      if (bytes <= maxBytes - ELLIPSIS_BYTES) {
        lengthThatLeavesRoom = clean.length();
      }
    }
    return clean.toString();
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static int bytesOf(int codePoint) {
    if (codePoint < 0x20) {
      return MAX_BYTES_PER_CHAR;
    }
    if (codePoint == '"' || codePoint == '\\') {
      return 2;
    }
    if (codePoint < 0x80) {
      return 1;
    }
    return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}
