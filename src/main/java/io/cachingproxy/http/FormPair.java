package io.cachingproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name and a value of a query in {@code application/x-www-form-urlencoded} format, decoded.
 *
 * @param name the name
 * @param value the value, empty if there is none
 */
record FormPair(String name, String value) {

  /** The pairs of a query, in order. */
  static List<FormPair> parse(@Nullable String query) {
    if (query == null) {
      return List.of();
    }
    List<FormPair> pairs = new ArrayList<>();
    for (String part : query.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        pairs.add(new FormPair(decode(name), decode(value)));
      }
    }
    return pairs;
  }

  /**
   * Decodes plus signs as spaces, and percent-encodings as UTF-8; invalid encodings stay as they
   * are.
   */
  static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      int octet = in[i] == '+' ? ' ' : in[i];
      if (in[i] == '%' && i + 2 < in.length) {
        int high = Character.digit(in[i + 1], 16);
        int low = Character.digit(in[i + 2], 16);
        if (high >= 0 && low >= 0) {
          octet = high * 16 + low;
          i += 2;
        }
      }
      out[length++] = (byte) octet;
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
