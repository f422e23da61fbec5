/** Tests of the way in and the way to the origin that need no socket. */
@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
