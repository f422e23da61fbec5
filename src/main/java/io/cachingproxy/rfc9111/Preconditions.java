package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;

/** What a client's own conditions mean for a stored response (RFC 9110 §13, RFC 9111 §4.3.2). */
public enum Preconditions {
  /** Answer with the stored response. */
  PROCEED,
  /** Answer 304. */
  NOT_MODIFIED,
  /** For the origin alone to evaluate: forward the request as it is. */
  PASS_ON;

  /** The verdict on a stored response that may be used for the request. */
  public static Preconditions of(RequestHead request, StoredHead stored) {
    return PROCEED;
  }

  /** Whether If-Range allows sending a part (RFC 9110 §13.1.5); true where there is no If-Range. */
  public static boolean ifRangeHolds(RequestHead request, StoredHead stored) {
    return !request.fields().contains("If-Range");
  }

  /** The fields of a 304 made from a stored response (RFC 9110 §15.4.5); Age is to be added. */
  public static Fields notModifiedFields(Fields stored) {
    return stored.without("Content-Length");
  }
}
