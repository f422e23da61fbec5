/** Benchmarks of single parts. */
@NullMarked
package io.cachingproxy.bench;

import org.jspecify.annotations.NullMarked;
