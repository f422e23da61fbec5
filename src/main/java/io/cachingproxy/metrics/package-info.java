/** Every Prometheus collector, in one place. */
@NullMarked
package io.cachingproxy.metrics;

import org.jspecify.annotations.NullMarked;
