package io.cachingproxy.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a targeted cache control field (RFC 9213). */
final class TargetedField {

  private TargetedField() {}

  static @Nullable CacheControl parse(List<String> lines) {
    return lines.isEmpty() ? null : CacheControl.parse(lines);
  }
}
