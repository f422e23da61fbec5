/** The proxy as a servlet and a filter, and what ties the rooms within it together. */
@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
