/** A simulator of eviction policies: which share of requests and bytes each of them hits. */
@NullMarked
package io.cachingproxy.bench.policy;

import org.jspecify.annotations.NullMarked;
