package io.cachingproxy.conformance;

/** The two shapes that most cases have: a response comes twice from the origin, or once only. */
final class Cases {

  private Cases() {}

  /** A 200 with these fields answers the next request from the store. */
  static Case reused(String id, String what, String... lines) {
    return Case.of(id, what).get().origin(200, lines).forwarded().get().fromStore();
  }

  /** A 200 with these fields doesn't answer the next request. */
  static Case notReused(String id, String what, String... lines) {
    return Case.of(id, what)
        .get()
        .origin(200, lines)
        .forwarded()
        .get()
        .origin(200, lines)
        .forwarded();
  }

  static Case decided(boolean reused, String id, String what, String... lines) {
    return reused ? reused(id, what, lines) : notReused(id, what, lines);
  }
}
