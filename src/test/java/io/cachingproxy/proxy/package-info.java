/** Tests of the way in and the way out that need no socket. */
@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
