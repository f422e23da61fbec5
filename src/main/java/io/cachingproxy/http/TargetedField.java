package io.cachingproxy.http;

import io.cachingproxy.http.StructuredFields.Item;
import io.cachingproxy.http.StructuredFields.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses a targeted cache control field (RFC 9213 §2.1): a structured dictionary whose keys are
 * cache directives. Parameters are ignored.
 */
final class TargetedField {

  /** Directives whose value is an integer. */
  private static final Set<String> SECONDS =
      Set.of("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error");

  /** Directives whose value is always true. */
  private static final Set<String> FLAGS =
      Set.of(
          "no-store",
          "must-revalidate",
          "proxy-revalidate",
          "public",
          "must-understand",
          "no-transform",
          "immutable");

  /** Directives whose value is true, or a string that lists fields. */
  private static final Set<String> QUALIFIABLE = Set.of("no-cache", "private");

  private TargetedField() {}

  /** The directives; null if the field counts as absent. */
  static @Nullable CacheControl parse(List<String> lines) {
    Map<String, Member> members = StructuredFields.dictionary(lines);
    if (members == null || members.isEmpty()) {
      return null;
    }
    List<Directive> directives = new ArrayList<>(members.size());
    for (Map.Entry<String, Member> member : members.entrySet()) {
      Directive directive = directive(member.getKey(), member.getValue());
      if (directive == null) {
        return null;
      }
      directives.add(directive);
    }
    return new CacheControl(directives);
  }

  /** The directive, or null if its value has the wrong type. */
  private static @Nullable Directive directive(String name, Member member) {
    StructuredValue value = member instanceof Item item ? item.value() : null;
    boolean isTrue = value instanceof StructuredValue.BooleanValue flag && flag.value();
    if (SECONDS.contains(name)) {
      return value instanceof StructuredValue.IntegerValue seconds
          ? new Directive(name, Long.toString(seconds.value()))
          : null;
    }
    if (FLAGS.contains(name)) {
      return isTrue ? new Directive(name, null) : null;
    }
    if (QUALIFIABLE.contains(name) && !isTrue) {
      return value instanceof StructuredValue.StringValue fields
          ? new Directive(name, fields.value())
          : null;
    }
    // The type of an unknown directive's value is unknown; the directive is ignored anyway.
    return new Directive(name, null);
  }
}
