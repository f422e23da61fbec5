/** Tests of the cache itself. */
@NullMarked
package io.cachingproxy.cache;

import org.jspecify.annotations.NullMarked;
