package io.cachingproxy.http;

/** Why a cache forwarded a request: the values of {@code fwd} (RFC 9211 §2.2). */
public enum ForwardReason {
  BYPASS("bypass"),
  METHOD("method"),
  URI_MISS("uri-miss"),
  VARY_MISS("vary-miss"),
  MISS("miss"),
  REQUEST("request"),
  STALE("stale"),
  PARTIAL("partial");

  private final String token;

  ForwardReason(String token) {
    this.token = token;
  }

  /** The token of RFC 9211. */
  public String token() {
    return token;
  }
}
