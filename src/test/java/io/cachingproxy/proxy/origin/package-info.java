@NullMarked
package io.cachingproxy.proxy.origin;

import org.jspecify.annotations.NullMarked;
