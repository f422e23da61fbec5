/** The decisions of RFC 9111 as pure functions: one class for one section, no clock, no socket. */
@NullMarked
package io.cachingproxy.rfc9111;

import org.jspecify.annotations.NullMarked;
