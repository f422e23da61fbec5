/** Immutable settings, read from flags, environment, file and servlet parameters. */
@NullMarked
package io.cachingproxy.config;

import org.jspecify.annotations.NullMarked;
