package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Gives equal values that occur again and again as one object. Remembers a few hundred of them, the
 * latest of those with the same place. Thread-safe, for immutable values of final fields only: two
 * threads may each get their own.
 *
 * @param <T> what is remembered, with equals and hashCode
 */
public final class Interned<T> {

  private static final int PLACES = 256;

  private final @Nullable Object[] known = new @Nullable Object[PLACES];

  /** An equal value, that one or an earlier one. */
  public T of(T value) {
    int hash = value.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    Object before = known[place];
    if (value.equals(before)) {
      @SuppressWarnings("unchecked") // only what is a T is put there
      T earlier = (T) before;
      return earlier;
    }
    known[place] = value;
    return value;
  }
}
