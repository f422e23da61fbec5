package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/**
 * One cache directive (RFC 9111 §5.2).
 *
 * @param name the name in lower case
 * @param argument the argument, unquoted; null if there is none
 */
record Directive(String name, @Nullable String argument) {}
