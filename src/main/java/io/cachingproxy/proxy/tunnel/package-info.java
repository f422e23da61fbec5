/** Connections that were switched to a protocol other than HTTP. */
@NullMarked
package io.cachingproxy.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
