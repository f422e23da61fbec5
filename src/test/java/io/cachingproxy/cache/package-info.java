/** Tests of the cache without a socket. */
@NullMarked
package io.cachingproxy.cache;

import org.jspecify.annotations.NullMarked;
