/** Stored responses and their bodies. */
@NullMarked
package io.cachingproxy.store;

import org.jspecify.annotations.NullMarked;
