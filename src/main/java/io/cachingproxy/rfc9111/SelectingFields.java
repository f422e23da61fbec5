package io.cachingproxy.rfc9111;

import io.cachingproxy.http.FieldMembers;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.Interned;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that Vary names, with the values that a request must have for a stored
 * response to be selected (RFC 9111 §4.1). Two with the same names and normalised values are the
 * same variant. Immutable and thread-safe.
 */
public final class SelectingFields {

  /**
   * Fields that the proxy writes itself, with another value for each client, so that no other
   * client's request ever matches. What it says of the site is part of the cache key.
   */
  private static final Set<String> OF_ONE_CLIENT = Set.of("forwarded", "x-forwarded-for");

  /**
   * The longest value that is shared between responses, if it is the only one. Clients choose the
   * values: long ones or several, if shared, would outlive the response that they were counted
   * with.
   */
  private static final int MAX_SHARED_CHARACTERS = 128;

  private static final Interned<List<SelectingValue>> KNOWN = new Interned<>();
  private static final SelectingFields NONE = new SelectingFields(false, List.of(), false);

  private final boolean any;
  private final List<SelectingValue> values;
  private final boolean ownsValues;

  @SuppressWarnings("ReferenceEquality") // whether they are another response's as well
  private SelectingFields(boolean any, List<SelectingValue> own, boolean isKept) {
    boolean mayBeShared = isKept && (own.isEmpty() || (own.size() == 1 && isShort(own.get(0))));
    this.any = any;
    this.values = mayBeShared ? KNOWN.of(own) : own;
    this.ownsValues = values == own;
  }

  private static boolean isShort(SelectingValue value) {
    return value.characters() <= MAX_SHARED_CHARACTERS;
  }

  /** How many fields Vary names. */
  public int count() {
    return values.size();
  }

  /** How many characters their stored names and values have. */
  public int characters() {
    return values.stream().mapToInt(SelectingValue::characters).sum();
  }

  /** Whether the values are its own objects, not shared with another response. */
  public boolean ownsValues() {
    return ownsValues;
  }

  /** The fields that this response's Vary names, with the values of the request it answers. */
  public static SelectingFields of(ResponseHead response, RequestHead request) {
    TreeSet<String> names = new TreeSet<>();
    for (String name : FieldMembers.of(response.fields().values("Vary"))) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
    if (names.isEmpty()) {
      return NONE;
    }
    return new SelectingFields(
        names.stream().anyMatch(SelectingFields::isAny),
        valuesOf(names, request, response.fields()),
        true);
  }

  /** The same names with the values of another request, whose response is not known yet. */
  public SelectingFields withValuesOf(RequestHead request) {
    return values.isEmpty()
        ? NONE
        : new SelectingFields(any, valuesOf(names(), request, Fields.empty()), false);
  }

  private static List<SelectingValue> valuesOf(
      Collection<String> names, RequestHead request, Fields response) {
    return names.stream().map(name -> SelectingValue.of(name, request, response)).toList();
  }

  /** Whether Vary has a member {@code *}, which no request ever matches, or an equivalent one. */
  static boolean namesAny(Fields response) {
    List<String> lines = response.values("Vary");
    return !lines.isEmpty()
        && FieldMembers.of(lines).stream().anyMatch(name -> isAny(name.toLowerCase(Locale.ROOT)));
  }

  private static boolean isAny(String name) {
    return name.equals("*") || OF_ONE_CLIENT.contains(name);
  }

  /** The names Vary lists, in lower case and sorted; none if the response doesn't vary. */
  public List<String> names() {
    return values.stream().map(SelectingValue::name).toList();
  }

  /** Whether the response has a Vary that names anything. */
  boolean varies() {
    return !values.isEmpty();
  }

  /** Whether the stored response may answer this request as far as Vary is concerned. */
  public boolean matches(RequestHead request) {
    return isSpelledLike(request.fields())
        || matchesByValue(request)
        || matchesByPreference(request);
  }

  private boolean isSpelledLike(Fields request) {
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isSpelledLikeThatOf(request)) {
        return false;
      }
    }
    return !any;
  }

  /** Whether the request has the same selecting values. */
  boolean matchesByValue(RequestHead request) {
    if (any) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).equalsThatOf(request)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the request has the same selecting values, or prefers this representation. */
  boolean matchesByPreference(RequestHead request) {
    if (any) {
      return false;
    }
    for (SelectingValue value : values) {
      if (!value.equalsThatOf(request) && !value.isPreferredBy(request)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof SelectingFields that) || values.size() != that.values.size()) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      SelectingValue ours = values.get(i);
      SelectingValue theirs = that.values.get(i);
      if (!ours.name().equals(theirs.name())
          || !Objects.equals(ours.normalized(), theirs.normalized())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (SelectingValue value : values) {
      hash = 31 * hash + value.name().hashCode();
      hash = 31 * hash + Objects.hashCode(value.normalized());
    }
    return hash;
  }

  /**
   * The names and normalised values as one string, equal only for equal ones: each value is
   * prefixed by its length.
   */
  public String canonical() {
    StringBuilder out = new StringBuilder();
    for (SelectingValue value : values) {
      String normalized = value.normalized();
      out.append(value.name()).append(':');
      if (normalized != null) {
        out.append(normalized.length()).append('=').append(normalized);
      }
      out.append(';');
    }
    return out.toString();
  }

  /** The names and normalised values, for people. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (SelectingValue value : values) {
      out.append(out.length() == 0 ? "" : "; ").append(value.name()).append(": ");
      out.append(value.normalized());
    }
    return out.toString();
  }
}
