package io.cachingproxy.proxy.request;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The name that this one proxy goes by in the Via of its requests (RFC 9110 §7.6.3), by which it
 * knows one that has come back to it. No two proxies have the same: one in front of another of its
 * kind is no loop. Immutable.
 */
public final class Pseudonym {

  private final String text;

  private Pseudonym(String text) {
    this.text = text;
  }

  /** A new one. */
  public static Pseudonym random() {
    String suffix = String.format(Locale.ROOT, "%08x", new SecureRandom().nextInt());
    return new Pseudonym(Via.PSEUDONYM + "-" + suffix);
  }

  /** Whether a line of Via names it. */
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

  /** Whether it can't be part of a pseudonym. */
  private static boolean isBetween(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '(';
  }

  @Override
  public String toString() {
    return text;
  }
}
