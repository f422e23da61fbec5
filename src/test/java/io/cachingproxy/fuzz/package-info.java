/**
 * Mutated bytes for every parser and for both ends of the proxy: for a moment in every build, for
 * minutes in the profile {@code fuzz}.
 */
@NullMarked
package io.cachingproxy.fuzz;

import org.jspecify.annotations.NullMarked;
