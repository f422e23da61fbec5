/** A response on its way from the origin: to a client, to the store, to both. */
@NullMarked
package io.cachingproxy.proxy.relay;

import org.jspecify.annotations.NullMarked;
