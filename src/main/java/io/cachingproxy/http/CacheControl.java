package io.cachingproxy.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a Cache-Control field (RFC 9111 §5.2), or of one with its semantics (RFC 9213).
 * Immutable and thread-safe. Parsing never fails; unknown directives are kept and ignored. A
 * directive followed by garbage applies if it restricts, and is ignored if it permits.
 */
public final class CacheControl {

  private static final CacheControl NONE = new CacheControl(List.of());

  /** Fields without which a response is unusable. */
  private static final Set<String> INDISPENSABLE =
      Set.of(
          "cache-control",
          "content-encoding",
          "content-language",
          "content-length",
          "content-range",
          "content-type",
          "location",
          "vary");

  private final List<Directive> directives;
  private final Set<String> noCacheFields;
  private final Set<String> privateFields;
  private final boolean noStore;
  private final boolean noCache;
  private final boolean isPrivate;
  private final boolean mustRevalidate;
  private final boolean proxyRevalidate;

  CacheControl(List<Directive> directives) {
    this.directives = List.copyOf(directives);
    noStore = has("no-store");
    noCache = isUnqualified("no-cache");
    isPrivate = isUnqualified("private");
    noCacheFields = noCache ? Set.of() : fieldNames("no-cache");
    privateFields = isPrivate ? Set.of() : fieldNames("private");
    mustRevalidate = has("must-revalidate");
    proxyRevalidate = has("proxy-revalidate");
  }

  /** No directives. */
  public static CacheControl none() {
    return NONE;
  }

  /** Parses field lines, in order. */
  public static CacheControl parse(List<String> lines) {
    if (lines.isEmpty()) {
      return NONE;
    }
    List<Directive> directives = new ArrayList<>();
    for (String line : lines) {
      DirectiveParser.parse(line, directives);
    }
    return directives.isEmpty() ? NONE : new CacheControl(directives);
  }

  /**
   * Parses a targeted field (RFC 9213 §2.1), a structured dictionary. Null if it is empty,
   * malformed, or has a directive with a value of the wrong type: such a field counts as absent.
   */
  public static @Nullable CacheControl parseTargeted(List<String> lines) {
    return TargetedField.parse(lines);
  }

  /** Whether there are no directives at all. */
  public boolean isEmpty() {
    return directives.isEmpty();
  }

  /** Whether that directive is present, with or without an argument; the name in lower case. */
  public boolean has(String directive) {
    for (int i = 0; i < directives.size(); i++) {
      if (directives.get(i).name().equals(directive)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether that directive is present without an argument or garbage, as directives that permit
   * something must be. Use {@link #has} for those that restrict.
   */
  public boolean hasPlain(String directive) {
    for (int i = 0; i < directives.size(); i++) {
      Directive candidate = directives.get(i);
      if (candidate.argument() == null && candidate.name().equals(directive)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The argument of that directive in seconds (RFC 9111 §1.2.2), 2^31 for anything greater. Of
   * several the smallest applies, as the most restrictive (RFC 9111 §4.2.1). Empty if there is no
   * such directive, or if any of them has an argument that is not a number.
   */
  public OptionalLong seconds(String directive) {
    long smallest = Long.MAX_VALUE;
    for (Directive candidate : directives) {
      if (candidate.name().equals(directive)) {
        long seconds = DeltaSeconds.parse(candidate.argument());
        if (seconds == DeltaSeconds.INVALID) {
          return OptionalLong.empty();
        }
        smallest = Math.min(smallest, seconds);
      }
    }
    return smallest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(smallest);
  }

  public OptionalLong maxAge() {
    return seconds("max-age");
  }

  public OptionalLong sMaxage() {
    return seconds("s-maxage");
  }

  public OptionalLong minFresh() {
    return seconds("min-fresh");
  }

  /**
   * How stale a response the client accepts, in seconds: without an argument, any (RFC 9111
   * §5.2.1.2).
   */
  public OptionalLong maxStale() {
    boolean any = false;
    for (Directive candidate : directives) {
      if (candidate.name().equals("max-stale")) {
        if (candidate.argument() != null) {
          return seconds("max-stale");
        }
        any = true;
      }
    }
    return any ? OptionalLong.of(DeltaSeconds.MAX) : OptionalLong.empty();
  }

  public OptionalLong staleWhileRevalidate() {
    return seconds("stale-while-revalidate");
  }

  public OptionalLong staleIfError() {
    return seconds("stale-if-error");
  }

  public boolean noStore() {
    return noStore;
  }

  /** Whether the whole response needs validation: {@code no-cache} not limited to some fields. */
  public boolean noCache() {
    return noCache;
  }

  /** Whether the whole response is private: {@code private} not limited to some fields. */
  public boolean isPrivate() {
    return isPrivate;
  }

  public boolean isPublic() {
    return hasPlain("public");
  }

  public boolean mustRevalidate() {
    return mustRevalidate;
  }

  public boolean proxyRevalidate() {
    return proxyRevalidate;
  }

  public boolean mustUnderstand() {
    return hasPlain("must-understand");
  }

  public boolean immutable() {
    return hasPlain("immutable");
  }

  public boolean onlyIfCached() {
    return hasPlain("only-if-cached");
  }

  /** The fields of the qualified no-cache, in lower case (RFC 9111 §5.2.2.4). */
  public Set<String> noCacheFields() {
    return noCacheFields;
  }

  /** The fields of the qualified private, in lower case (RFC 9111 §5.2.2.7). */
  public Set<String> privateFields() {
    return privateFields;
  }

  /**
   * Whether a directive applies to the whole response: if it names no field, whatever its argument,
   * or if it names a field without which the response would change its meaning.
   */
  private boolean isUnqualified(String directive) {
    for (Directive candidate : directives) {
      if (candidate.name().equals(directive)) {
        Set<String> names = namesOf(candidate.argument());
        if (names.isEmpty() || !Collections.disjoint(names, INDISPENSABLE)) {
          return true;
        }
      }
    }
    return false;
  }

  private Set<String> fieldNames(String directive) {
    Set<String> names = Set.of();
    for (Directive candidate : directives) {
      if (candidate.name().equals(directive)) {
        Set<String> more = namesOf(candidate.argument());
        if (!more.isEmpty()) {
          names = names.isEmpty() ? new TreeSet<>() : names;
          names.addAll(more);
        }
      }
    }
    // Not copied: the JDK's small immutable sets degrade to linear search among equal hash codes.
    return names.isEmpty() ? names : Collections.unmodifiableSet(names);
  }

  /** The field names listed, or none if the argument is not a list of field names. */
  private static Set<String> namesOf(@Nullable String argument) {
    if (argument == null) {
      return Set.of();
    }
    Set<String> names = new TreeSet<>();
    for (String part : argument.split(",", -1)) {
      String name = DirectiveParser.trim(part).toLowerCase(Locale.ROOT);
      if (!name.isEmpty()) {
        if (!Tokens.isToken(name)) {
          return Set.of();
        }
        names.add(name);
      }
    }
    return names;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheControl that && directives.equals(that.directives);
  }

  @Override
  public int hashCode() {
    return directives.hashCode();
  }

  /** The directives as a field value; parsing it gives the same directives. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    for (Directive directive : directives) {
      line.append(line.length() == 0 ? "" : ", ").append(directive.name());
      String argument = directive.argument();
      if (argument != null) {
        line.append('=').append(Tokens.isToken(argument) ? argument : Tokens.quote(argument));
      }
    }
    return line.toString();
  }
}
