/** The way in from the client and the way out to the origin. */
@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
