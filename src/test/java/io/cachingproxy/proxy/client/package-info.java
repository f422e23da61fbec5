@NullMarked
package io.cachingproxy.proxy.client;

import org.jspecify.annotations.NullMarked;
