package io.cachingproxy.http;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Prints what a client asked for where others can read it: the values of secret query parameters,
 * identified by name, are replaced by {@value #WORD}. Immutable and thread-safe.
 *
 * <p>Names are compared as a server may read them: percent-decoded, in any case, and without dashes
 * and underscores; of {@code user[password]} each part is a name. If it is unclear where a
 * parameter begins or ends, more is redacted.
 *
 * <p>Clients choose the text: redacting takes time proportional to its length, and memory only for
 * names that are encoded or secret.
 */
public final class Redaction {

  /** The replacement for a value, as in OpenTelemetry's conventions. */
  private static final String WORD = "REDACTED";

  private static final Redaction NONE = new Redaction(Set.of());

  private final Set<String> names;

  /** The sorted hash codes of the names, so that most other names are rejected without a copy. */
  private final int[] hashes;

  private final int longest;

  private Redaction(Set<String> names) {
    this.names = names;
    this.hashes = names.stream().mapToInt(String::hashCode).sorted().toArray();
    this.longest = names.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Hides nothing. */
  public static Redaction none() {
    return NONE;
  }

  /** Hides the values of the query parameters of these names. */
  public static Redaction of(Collection<String> names) {
    Set<String> spellings = new HashSet<>();
    names.forEach(name -> spellings.add(spelling(name.strip())));
    spellings.remove("");
    return new Redaction(Set.copyOf(spellings));
  }

  /** A request in one line: its method and its target. */
  public String line(RequestHead request) {
    return request.method() + " " + uri(request.target().toString());
  }

  /** A URI, or text that begins with one followed by a space. */
  public String uri(String uri) {
    return uri(uri, Integer.MAX_VALUE);
  }

  /** The first {@code most} characters of {@link #uri(String)}, in time proportional to them. */
  public String uri(String uri, int most) {
    int query = uri.indexOf('?') + 1;
    if (query == 0 || query >= most) {
      return beginning(uri, most);
    }
    int end = query;
    while (end < uri.length() && uri.charAt(end) != ' ' && uri.charAt(end) != '#') {
      end++;
    }
    String shown = query(uri.substring(query, end), most - query);
    return beginning(uri.substring(0, query) + shown + uri.substring(end), most);
  }

  /** A raw query, without its question mark. */
  public String query(String query) {
    return query(query, Integer.MAX_VALUE);
  }

  /**
   * The first {@code most} characters of {@link #query(String)}, in time proportional to them.
   * Redacts before it cuts, so that a value never appears without its name.
   */
  public String query(String query, int most) {
    if (names.isEmpty() || query.indexOf('=') < 0) {
      return beginning(query, most);
    }
    StringBuilder redacted = new StringBuilder(Math.min(query.length(), most));
    int start = 0;
    while (start < query.length() && redacted.length() < most) {
      int ampersand = query.indexOf('&', start);
      int end = ampersand < 0 ? query.length() : ampersand;
      int last = start + Math.min(end - start, most - redacted.length());
      int secret = secretIn(query, start, last);
      redacted.append(query, start, secret < 0 ? last : secret);
      redacted.append(secret < 0 ? "" : WORD).append(ampersand < 0 ? "" : "&");
      start = end + 1;
    }
    return beginning(redacted.toString(), most);
  }

  private static String beginning(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  /** The start of a secret value between {@code start} and {@code end}; -1 if there is none. */
  private int secretIn(String query, int start, int end) {
    int name = start;
    boolean inName = true;
    for (int at = start; at < end; at++) {
      char c = query.charAt(at);
      if (c == ';' || c == '?') {
        // Some servers separate parameters by a semicolon; a question mark occurs in concatenated
        // URLs.
        name = at + 1;
        inName = true;
      } else if (c == '=' && inName) {
        if (isSecret(query, name, at)) {
          return at + 1;
        }
        inName = false;
      }
    }
    return -1;
  }

  private boolean isSecret(String query, int start, int end) {
    for (int at = start; at < end; at++) {
      if (query.charAt(at) == '%' || query.charAt(at) == '+') {
        String name = FormPair.decode(query.substring(start, end));
        return hasSecretPart(name, 0, name.length());
      }
    }
    return hasSecretPart(query, start, end);
  }

  private boolean hasSecretPart(String text, int start, int end) {
    int part = start;
    for (int at = start; at < end; at++) {
      char c = text.charAt(at);
      if (c == '[' || c == ']' || c == '.') {
        if (isSecretPart(text, part, at)) {
          return true;
        }
        part = at + 1;
      }
    }
    return isSecretPart(text, part, end);
  }

  private boolean isSecretPart(String text, int start, int end) {
    int first = start;
    int last = end;
    while (first < last && Character.isWhitespace(text.charAt(first))) {
      first++;
    }
    while (first < last && Character.isWhitespace(text.charAt(last - 1))) {
      last--;
    }
    int hash = 0;
    int length = 0;
    for (int at = first; at < last; at++) {
      char c = text.charAt(at);
      if (counts(c)) {
        hash = 31 * hash + Character.toLowerCase(c);
        if (++length > longest) {
          return false;
        }
      }
    }
    return Arrays.binarySearch(hashes, hash) >= 0
        && names.contains(spelling(text.substring(first, last)));
  }

  private static String spelling(String name) {
    StringBuilder spelling = new StringBuilder(name.length());
    for (int at = 0; at < name.length(); at++) {
      if (counts(name.charAt(at))) {
        spelling.append(Character.toLowerCase(name.charAt(at)));
      }
    }
    return spelling.toString();
  }

  private static boolean counts(char c) {
    return c != '-' && c != '_';
  }
}
