/** Ranges: what is stored of a response, and what is missing. */
@NullMarked
package io.cachingproxy.cache.parts;

import org.jspecify.annotations.NullMarked;
