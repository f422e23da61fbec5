package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Fields;

/**
 * The head of a stored response with everything the rules need, parsed once when it is stored.
 *
 * @param status the status code
 * @param fields the stored fields, end-to-end ones only (RFC 9111 §3.1)
 */
public record StoredHead(int status, Fields fields) {}
