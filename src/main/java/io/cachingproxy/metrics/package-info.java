/** All Prometheus collectors. */
@NullMarked
package io.cachingproxy.metrics;

import org.jspecify.annotations.NullMarked;
