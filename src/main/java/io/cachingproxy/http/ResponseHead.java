package io.cachingproxy.http;

/**
 * A final response without its content (RFC 9110 §3.4).
 *
 * @param status the status code, 200 to 999
 * @param fields all field lines as the origin sent them
 */
public record ResponseHead(int status, Fields fields) {}
