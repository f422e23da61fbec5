/** The way to the origin: requests, connections, limits, deadlines. */
@NullMarked
package io.cachingproxy.proxy.origin;

import org.jspecify.annotations.NullMarked;
