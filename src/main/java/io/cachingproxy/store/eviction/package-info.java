/** Which stored response leaves first. */
@NullMarked
package io.cachingproxy.store.eviction;

import org.jspecify.annotations.NullMarked;
