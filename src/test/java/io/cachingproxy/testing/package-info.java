/**
 * What scenario tests are played with: a scriptable origin, a raw client, a clock that is set by
 * hand, and the proxy between them. It shares no HTTP code with the program, so that a mistake
 * there can't hide itself.
 */
@NullMarked
package io.cachingproxy.testing;

import org.jspecify.annotations.NullMarked;
