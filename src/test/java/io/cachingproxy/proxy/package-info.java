@NullMarked
package io.cachingproxy.proxy;

import org.jspecify.annotations.NullMarked;
