package io.cachingproxy.rfc9111;

import io.cachingproxy.http.RequestHead;

/** Whether a request may be answered from the store at all, before anything is looked up. */
public enum Eligibility {
  /** It may be: look it up. */
  ELIGIBLE("eligible"),
  /** Stored responses don't answer this method (RFC 9111 §4). */
  METHOD("method"),
  /** A GET or HEAD with content, which has no defined meaning for a cache (RFC 9110 §9.3.1). */
  CONTENT("request-content");

  private final String token;

  Eligibility(String token) {
    this.token = token;
  }

  /** The verdict in one word. */
  public String token() {
    return token;
  }

  /** The verdict on a request. */
  public static Eligibility of(RequestHead request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return METHOD;
    }
    if (request.fields().contains("Transfer-Encoding")) {
      return CONTENT;
    }
    String length = request.fields().first("Content-Length");
    return length == null || length.equals("0") ? ELIGIBLE : CONTENT;
  }
}
