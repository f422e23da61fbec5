package io.cachingproxy.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant: the nearest one within two typing errors. */
final class Suggestion {

  private static final int MAX_DISTANCE = 2;

  private Suggestion() {}

  /** The first of the names nearest to {@code typed}, or null if none is near. */
  static @Nullable String nearest(String typed, Iterable<String> names) {
    String wanted = spelling(typed);
    String nearest = null;
    int least = MAX_DISTANCE + 1;
    for (String name : names) {
      String candidate = spelling(name);
      // For shorter names, two errors would leave nothing to recognise.
      int limit = Math.min(least, candidate.length());
      if (Math.abs(candidate.length() - wanted.length()) >= limit) {
        continue;
      }
      int distance = distance(wanted, candidate);
      if (distance < limit) {
        nearest = name;
        least = distance;
      }
    }
    return nearest;
  }

  /** {@code "; did you mean X?"}, or nothing. */
  static String ending(@Nullable String suggestion) {
    return suggestion == null ? "" : "; did you mean " + suggestion + "?";
  }

  private static String spelling(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Damerau-Levenshtein (optimal string alignment): insert, delete, replace, swap two neighbours.
   */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
