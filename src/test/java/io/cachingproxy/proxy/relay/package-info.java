@NullMarked
package io.cachingproxy.proxy.relay;

import org.jspecify.annotations.NullMarked;
