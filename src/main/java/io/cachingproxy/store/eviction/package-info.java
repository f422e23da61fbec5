/** Which stored response is evicted first. */
@NullMarked
package io.cachingproxy.store.eviction;

import org.jspecify.annotations.NullMarked;
