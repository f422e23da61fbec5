package io.cachingproxy.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Splits one Cache-Control line into its directives (RFC 9111 §5.2), and never fails.
 *
 * <p>Malformed directives are read in the safest way. A directive followed by garbage gets an
 * invalid argument, which is neither a number nor a list of fields. A restricting directive is
 * recognised even inside garbage, except within quoted-strings: {@code max-age=60; private} is
 * private. An unclosed quote ends at the next comma, so that it hides no directive after it.
 */
final class DirectiveParser {

  /** Directives whose absence would let a response be kept longer, or by others. */
  private static final Set<String> RESTRICTING =
      Set.of("must-revalidate", "no-cache", "no-store", "private", "proxy-revalidate");

  /** Begins an invalid argument: occurs in no number and no field name. */
  private static final char NO_ARGUMENT = '"';

  private final String line;
  private final List<? super Directive> directives;
  private int at;

  private DirectiveParser(String line, List<? super Directive> directives) {
    this.line = line;
    this.directives = directives;
  }

  static void parse(String line, List<? super Directive> into) {
    DirectiveParser parser = new DirectiveParser(line, into);
    while (parser.at < line.length()) {
      parser.member();
      parser.at++; // the comma
    }
  }

  private void member() {
    while (at < line.length() && isSpace(line.charAt(at))) {
      at++;
    }
    String name = token().toLowerCase(Locale.ROOT);
    if (at < line.length() && line.charAt(at) == '=' && !name.isEmpty()) {
      at++;
      argument(name);
      return;
    }
    String garbage = restOfMember();
    if (!name.isEmpty()) {
      directives.add(new Directive(name, garbage.isEmpty() ? null : NO_ARGUMENT + garbage));
    }
    addRestrictionsIn(garbage);
  }

  /** Parses the argument and what follows it; unquoted if it is one quoted-string. */
  private void argument(String name) {
    String quoted = at < line.length() && line.charAt(at) == '"' ? quotedString() : null;
    String rest = restOfMember();
    if (quoted == null) {
      directives.add(new Directive(name, rest));
    } else {
      directives.add(new Directive(name, rest.isEmpty() ? quoted : quoted + NO_ARGUMENT + rest));
    }
    if (quoted != null || !Tokens.isToken(rest)) {
      addRestrictionsIn(rest);
    }
  }

  private String token() {
    int start = at;
    while (at < line.length() && Tokens.isTokenChar(line.charAt(at))) {
      at++;
    }
    return line.substring(start, at);
  }

  /** What remains up to the comma that ends the directive. */
  private String restOfMember() {
    int start = at;
    int comma = line.indexOf(',', at);
    at = comma < 0 ? line.length() : comma;
    return trimEnd(line.substring(start, at));
  }

  /** The content of the quoted-string that starts here; null, without moving, if it never ends. */
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

  private void addRestrictionsIn(String garbage) {
    DirectiveParser hidden = new DirectiveParser(garbage, directives);
    // If one quote is never closed, none after it is.
    boolean mayBeQuoted = true;
    while (hidden.at < garbage.length()) {
      String word = hidden.token().toLowerCase(Locale.ROOT);
      if (RESTRICTING.contains(word)) {
        directives.add(new Directive(word, null));
      }
      boolean isQuote = hidden.at < garbage.length() && garbage.charAt(hidden.at) == '"';
      mayBeQuoted = mayBeQuoted && (!isQuote || hidden.quotedString() != null);
      if (!isQuote || !mayBeQuoted) {
        hidden.at++;
      }
    }
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** The text without optional whitespace (RFC 9110 §5.6.3) around it. */
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
