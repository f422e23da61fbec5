package io.cachingproxy.proxy.request;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The name of this proxy in the Via of its requests (RFC 9110 §7.6.3), by which it recognises a
 * request that has come back. It is random, so that one caching-proxy in front of another is not
 * mistaken for a loop. Immutable.
 */
public final class Pseudonym {

  private final String text;

  private Pseudonym(String text) {
    this.text = text;
  }

  /** Creates a random pseudonym. */
  public static Pseudonym random() {
    String suffix = String.format(Locale.ROOT, "%08x", new SecureRandom().nextInt());
    return new Pseudonym(Via.PSEUDONYM + "-" + suffix);
  }

  /** Whether a Via line names this proxy. */
  boolean isIn(String via) {
    for (int at = via.indexOf(text); at >= 0; at = via.indexOf(text, at + 1)) {
      int end = at + text.length();
      if ((at == 0 || isBetween(via.charAt(at - 1)))
          && (end == via.length() || isBetween(via.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the character delimits a pseudonym. */
  private static boolean isBetween(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '(';
  }

  @Override
  public String toString() {
    return text;
  }
}
