/** Purges: what no longer counts, and since when. */
@NullMarked
package io.cachingproxy.cache.purge;

import org.jspecify.annotations.NullMarked;
