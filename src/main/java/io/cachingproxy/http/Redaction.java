package io.cachingproxy.http;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The one way to print what a client asked for where others read it: the values of query parameters
 * that are secrets, by their names, are replaced by {@value #WORD}. Immutable and thread-safe.
 *
 * <p>A name is compared as a server may read it: percent-encodings decoded, in any case, and
 * without dashes and underscores; of {@code user[password]} each part is one. Where it isn't clear
 * where a parameter begins or ends, more is taken for one.
 */
public final class Redaction {

  /** What stands for a value, as in OpenTelemetry's conventions. */
  private static final String WORD = "REDACTED";

  private static final Redaction NONE = new Redaction(Set.of());

  private final Set<String> names;

  private Redaction(Set<String> names) {
    this.names = names;
  }

  /** Hides nothing. */
  public static Redaction none() {
    return NONE;
  }

  /** Hides the values of the query parameters of these names. */
  public static Redaction of(Collection<String> names) {
    Set<String> spellings = new TreeSet<>();
    names.forEach(name -> spellings.add(spelling(name)));
    return new Redaction(spellings);
  }

  /** A request in one line: its method and its target. */
  public String line(RequestHead request) {
    return request.method() + " " + uri(request.target().toString());
  }

  /** A URI, or text that begins with one and goes on after a space. */
  public String uri(String uri) {
    int query = uri.indexOf('?') + 1;
    if (query == 0) {
      return uri;
    }
    int end = query;
    while (end < uri.length() && uri.charAt(end) != ' ' && uri.charAt(end) != '#') {
      end++;
    }
    return uri.substring(0, query) + query(uri.substring(query, end)) + uri.substring(end);
  }

  /** A raw query, without its question mark. */
  public String query(String query) {
    if (names.isEmpty() || query.indexOf('=') < 0) {
      return query;
    }
    StringBuilder redacted = new StringBuilder(query.length());
    int start = 0;
    while (start < query.length()) {
      int ampersand = query.indexOf('&', start);
      int end = ampersand < 0 ? query.length() : ampersand;
      int secret = secretIn(query, start, end);
      redacted.append(query, start, secret < 0 ? end : secret);
      redacted.append(secret < 0 ? "" : WORD).append(ampersand < 0 ? "" : "&");
      start = end + 1;
    }
    return redacted.toString();
  }

  /** Where the value of a secret begins between two ampersands; -1 if there is none. */
  private int secretIn(String query, int start, int end) {
    int name = start;
    boolean inName = true;
    for (int at = start; at < end; at++) {
      char c = query.charAt(at);
      if (c == ';' || c == '?') {
        // Some servers take the one for an ampersand; the other comes of putting URLs together.
        name = at + 1;
        inName = true;
      } else if (c == '=' && inName) {
        if (isSecret(query.substring(name, at))) {
          return at + 1;
        }
        inName = false;
      }
    }
    return -1;
  }

  private boolean isSecret(String name) {
    for (String part : FormPair.decode(name).split("[\\[\\].]")) {
      if (names.contains(spelling(part))) {
        return true;
      }
    }
    return false;
  }

  private static String spelling(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }
}
