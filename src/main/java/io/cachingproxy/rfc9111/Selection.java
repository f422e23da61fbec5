package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Selects one of the stored responses of a key (RFC 9111 §4.1). */
public final class Selection {

  private Selection() {}

  /**
   * The index of the stored response to use for a request: of those whose selecting fields match,
   * the most recent by Date; of those equally recent, the first in the list.
   *
   * @return -1 if none matches
   */
  public static int select(List<StoredHead> stored, RequestHead request) {
    return indexOf(stored, Function.identity(), request);
  }

  /**
   * Like {@link #select(List, RequestHead)}, for objects that have a head; null if none matches.
   */
  public static <T> @Nullable T select(
      List<T> stored, Function<? super T, StoredHead> head, RequestHead request) {
    int selected = indexOf(stored, head, request);
    return selected < 0 ? null : stored.get(selected);
  }

  private static <T> int indexOf(
      List<T> stored, Function<? super T, StoredHead> head, RequestHead request) {
    if (stored.size() <= 1) {
      return !stored.isEmpty() && head.apply(stored.get(0)).selecting().matches(request) ? 0 : -1;
    }
    int selected = indexOfNewest(stored, head, request, false);
    return selected >= 0 ? selected : indexOfNewest(stored, head, request, true);
  }

  private static <T> int indexOfNewest(
      List<T> stored,
      Function<? super T, StoredHead> head,
      RequestHead request,
      boolean byPreference) {
    int newest = -1;
    for (int i = 0; i < stored.size(); i++) {
      StoredHead candidate = head.apply(stored.get(i));
      boolean matches =
          byPreference
              ? candidate.selecting().matchesByPreference(request)
              : candidate.selecting().matchesByValue(request);
      if (matches && (newest < 0 || precedes(candidate, head.apply(stored.get(newest))))) {
        newest = i;
      }
    }
    return newest;
  }

  /**
   * Whether a response is preferred to another. One that varies comes first: "Some resources
   * mistakenly omit the Vary header field from their default response … the cache SHOULD choose the
   * most recent stored response with a valid Vary field value".
   */
  private static boolean precedes(StoredHead one, StoredHead other) {
    boolean varies = one.selecting().varies();
    return varies == other.selecting().varies() ? one.isNewerThan(other) : varies;
  }
}
