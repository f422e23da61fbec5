package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says in selecting fields, made out once for each field however many stored
 * responses are compared with it. Not thread-safe.
 */
final class RequestedValues {

  private final Fields request;
  private @Nullable List<Requested> known;

  RequestedValues(Fields request) {
    this.request = request;
  }

  /** The field lines of the request. */
  Fields fields() {
    return request;
  }

  /** The value of that field in the one spelling of all that mean the same; null if it's absent. */
  @Nullable String normalized(String name) {
    return of(name).normalized;
  }

  /** The members of that field and what they weigh. */
  List<Preference> preferences(String name) {
    Requested requested = of(name);
    List<Preference> preferences = requested.preferences;
    if (preferences == null) {
      preferences = FieldMembers.of(request.values(name)).stream().map(Preference::parse).toList();
      requested.preferences = preferences;
    }
    return preferences;
  }

  private Requested of(String name) {
    List<Requested> all = known;
    if (all == null) {
      all = new ArrayList<>(2);
      known = all;
    }
    for (Requested one : all) {
      if (one.name.equals(name)) {
        return one;
      }
    }
    Requested requested = new Requested(name, SelectingValue.normalize(name, request.values(name)));
    all.add(requested);
    return requested;
  }

  private static final class Requested {
    private final String name;
    private final @Nullable String normalized;
    private @Nullable List<Preference> preferences;

    Requested(String name, @Nullable String normalized) {
      this.name = name;
      this.normalized = normalized;
    }
  }
}
