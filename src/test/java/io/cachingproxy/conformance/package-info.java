/**
 * What RFC 9111, and the sections of other RFCs that a shared cache needs, ask for: case by case,
 * over real sockets. {@code docs/conformance.md} lists which requirement each case proves.
 */
@NullMarked
package io.cachingproxy.conformance;

import org.jspecify.annotations.NullMarked;
