package io.cachingproxy.admin;

/**
 * What clearing the cache removed.
 *
 * @param responses the number of stored responses
 * @param bytes their share of the limit
 */
public record ClearResult(long responses, long bytes) {}
