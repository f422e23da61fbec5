package io.cachingproxy.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits one Cache-Control line into its directives (RFC 9111 §5.2), and never fails.
 *
 * <p>What the grammar doesn't allow is kept in the form that is safest: {@code max-age =60} is a
 * max-age whose argument is no number, and a quote that is never closed ends at the next comma, so
 * that it hides no directive behind it.
 */
final class DirectiveParser {

  private final String line;
  private int at;

  DirectiveParser(String line) {
    this.line = line;
  }

  void into(List<? super Directive> directives) {
    while (at < line.length()) {
      int start = at;
      while (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != '=') {
        at++;
      }
      String raw = line.substring(start, at);
      String name = trim(raw).toLowerCase(Locale.ROOT);
      String argument = null;
      if (at < line.length() && line.charAt(at) == '=') {
        at++;
        // Whitespace before the "=" is no valid syntax: the argument then is none either.
        boolean spaced = !raw.isEmpty() && isSpace(raw.charAt(raw.length() - 1));
        argument = spaced ? "=" + argument() : argument();
      }
      at++; // the comma
      if (!name.isEmpty()) {
        directives.add(new Directive(name, argument));
      }
    }
  }

  /** The argument, up to the comma that ends the directive; unquoted if it is one quoted-string. */
  private String argument() {
    if (at < line.length() && line.charAt(at) == '"') {
      String quoted = quotedString();
      if (quoted != null) {
        int rest = at;
        skipToComma();
        String trailing = trim(line.substring(rest, at));
        return trailing.isEmpty() ? quoted : quoted + '"' + trailing;
      }
    }
    int start = at;
    skipToComma();
    return trimEnd(line.substring(start, at));
  }

  private void skipToComma() {
    while (at < line.length() && line.charAt(at) != ',') {
      at++;
    }
  }

  /** The content of the quoted-string that starts here, or null, unmoved, if it never ends. */
  private @Nullable String quotedString() {
    StringBuilder content = new StringBuilder();
    for (int i = at + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        at = i + 1;
        return content.toString();
      }
      if (c == '\\' && i + 1 < line.length()) {
        c = line.charAt(++i);
      }
      content.append(c);
    }
    return null;
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Without the optional whitespace (RFC 9110 §5.6.3) around it. */
  static String trim(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return trimEnd(text.substring(start));
  }

  private static String trimEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
