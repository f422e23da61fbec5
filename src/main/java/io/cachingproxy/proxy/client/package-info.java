/** The way back to a client, on the Servlet API. */
@NullMarked
package io.cachingproxy.proxy.client;

import org.jspecify.annotations.NullMarked;
