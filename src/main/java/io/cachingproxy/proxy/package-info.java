/** The proxy as a servlet and a filter, and the wiring between its sub-packages. */
@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
