package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;
import java.util.List;

/** Chooses among the stored responses of a key (RFC 9111 §4.1). */
public final class Selection {

  private Selection() {}

  /**
   * The index of the stored response to use for a request: of those whose selecting fields match,
   * the most recent by Date; of those equally recent, the first in the list.
   *
   * @return -1 if none matches
   */
  public static int select(List<StoredHead> stored, RequestHead request) {
    int selected = -1;
    for (int i = 0; i < stored.size(); i++) {
      StoredHead candidate = stored.get(i);
      if (candidate.selecting().matches(request)
          && (selected < 0 || candidate.date().isAfter(stored.get(selected).date()))) {
        selected = i;
      }
    }
    return selected;
  }
}
