package io.cachingproxy.http;

import io.cachingproxy.http.StructuredFields.InnerList;
import io.cachingproxy.http.StructuredFields.Item;
import io.cachingproxy.http.StructuredFields.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a query a response does not vary on: the No-Vary-Search field
 * (draft-ietf-httpbis-no-vary-search). Immutable and thread-safe.
 */
public final class NoVarySearch {

  private static final NoVarySearch NONE = new NoVarySearch(true, false, Set.of());

  private final boolean orderMatters;

  /** Whether {@link #names} are the only parameters that matter, rather than those that don't. */
  private final boolean onlyNamesMatter;

  /** The heap cost of a name without its characters: a slot in a set and a string. */
  private static final int NAME = 96;

  private final Set<String> names;

  private NoVarySearch(boolean orderMatters, boolean onlyNamesMatter, Set<String> names) {
    this.orderMatters = orderMatters;
    this.onlyNamesMatter = onlyNamesMatter;
    this.names = names;
  }

  /** Parses the field of a response; if it is absent or invalid, everything matters. */
  public static NoVarySearch of(Fields response) {
    List<String> lines = response.values("No-Vary-Search");
    Map<String, Member> members = lines.isEmpty() ? null : StructuredFields.dictionary(lines);
    return members == null ? NONE : of(members);
  }

  private static NoVarySearch of(Map<String, Member> members) {
    Boolean anyOrder = flag(members.get("key-order"));
    Member params = members.get("params");
    Member except = members.get("except");
    if (anyOrder == null) {
      return NONE;
    }
    if (params instanceof InnerList list) {
      Set<String> ignored = strings(list);
      return ignored == null || except != null ? NONE : new NoVarySearch(!anyOrder, false, ignored);
    }
    Boolean ignoreAll = flag(params);
    boolean exceptOfNothing = except != null && !Boolean.TRUE.equals(ignoreAll);
    if (ignoreAll == null || exceptOfNothing) {
      return NONE;
    }
    if (!ignoreAll) {
      return new NoVarySearch(!anyOrder, false, Set.of());
    }
    Set<String> kept = except == null ? Set.<String>of() : strings(except);
    return kept == null ? NONE : new NoVarySearch(!anyOrder, true, kept);
  }

  /** The boolean, false if absent; null if it has another type. */
  private static @Nullable Boolean flag(@Nullable Member member) {
    if (member == null) {
      return false;
    }
    if (member instanceof Item item && item.value() instanceof StructuredValue.BooleanValue flag) {
      return flag.value();
    }
    return null;
  }

  private static @Nullable Set<String> strings(Member member) {
    if (!(member instanceof InnerList list)) {
      return null;
    }
    Set<String> strings = new HashSet<>();
    for (Item item : list.items()) {
      if (!(item.value() instanceof StructuredValue.StringValue string)) {
        return null;
      }
      strings.add(FormPair.decode(string.value()));
    }
    return strings;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NoVarySearch that
        && orderMatters == that.orderMatters
        && onlyNamesMatter == that.onlyNamesMatter
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return Objects.hash(orderMatters, onlyNamesMatter, names);
  }

  /** Its size on the heap in bytes; an upper estimate. */
  public int heapBytes() {
    int bytes = 0;
    for (String name : names) {
      bytes += NAME + 2 * name.length();
    }
    return bytes;
  }

  /** Whether everything in a query matters, as usual. */
  public boolean isDefault() {
    return orderMatters && !onlyNamesMatter && names.isEmpty();
  }

  /**
   * A query as one string, equal only for equivalent queries: the decoded pairs that matter, each
   * with its lengths as a prefix. A query that is not UTF-8 is equivalent only to itself: decoded,
   * it might equal another that the origin tells apart.
   */
  public String canonical(@Nullable String query) {
    StringBuilder canonical = new StringBuilder();
    for (FormPair pair : whatMatters(query)) {
      canonical.append(pair.name().length()).append(',').append(pair.value().length()).append(':');
      canonical.append(pair.name()).append('=').append(pair.value()).append('&');
    }
    return canonical.indexOf("\uFFFD") < 0 ? canonical.toString() : "as it is: " + query;
  }

  private List<FormPair> whatMatters(@Nullable String query) {
    List<FormPair> pairs = new ArrayList<>();
    for (FormPair pair : FormPair.parse(query)) {
      if (names.contains(pair.name()) == onlyNamesMatter) {
        pairs.add(pair);
      }
    }
    if (!orderMatters) {
      pairs.sort(Comparator.comparing(FormPair::name));
    }
    return pairs;
  }
}
