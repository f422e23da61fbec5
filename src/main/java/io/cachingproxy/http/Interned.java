package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Shares equal values that occur repeatedly: a direct-mapped cache of a few hundred, in which a new
 * value replaces the one in its slot. Thread-safe for immutable values with final fields only; in a
 * race two threads may each keep their own.
 *
 * @param <T> the type of the values, with equals and hashCode
 */
public final class Interned<T> {

  private static final int PLACES = 256;

  private final @Nullable Object[] known = new @Nullable Object[PLACES];

  /** An equal value: this one or an earlier one. */
  public T of(T value) {
    int hash = value.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Object before = known[place];
    if (value.equals(before)) {
      @SuppressWarnings("unchecked") // only a T is stored there
      T earlier = (T) before;
      return earlier;
    }
    known[place] = value;
    return value;
  }
}
