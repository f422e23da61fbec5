package io.cachingproxy.http;

/**
 * A request without its content (RFC 9110 §3.4): what a cache decides on. A snapshot, independent
 * of the container's request object.
 *
 * @param method the method, case-sensitive (RFC 9110 §9.1)
 * @param target the target URI as the origin sees it (RFC 9110 §7.1)
 * @param fields all field lines as the client sent them
 */
public record RequestHead(String method, TargetUri target, Fields fields) {}
