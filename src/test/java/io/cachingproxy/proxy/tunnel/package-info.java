@NullMarked
package io.cachingproxy.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
