package io.cachingproxy.testing;

import java.util.List;
import java.util.stream.IntStream;

/** Texts that all have the same {@link String#hashCode}, as everybody can make them. */
public final class CollidingTexts {

  private CollidingTexts() {}

  /** So many different texts of one length. */
  public static List<String> of(int count) {
    int pairs = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    return IntStream.range(0, count).mapToObj(number -> text(number, pairs)).toList();
  }

  private static String text(int number, int pairs) {
    StringBuilder text = new StringBuilder(2 * pairs);
    for (int bit = 0; bit < pairs; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }
}
