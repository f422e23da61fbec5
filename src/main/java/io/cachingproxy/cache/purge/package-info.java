/** Purges: which responses are no longer valid, and since when. */
@NullMarked
package io.cachingproxy.cache.purge;

import org.jspecify.annotations.NullMarked;
