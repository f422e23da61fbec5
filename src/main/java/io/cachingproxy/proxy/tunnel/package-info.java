/** Connections that have gone on with another protocol than HTTP. */
@NullMarked
package io.cachingproxy.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
