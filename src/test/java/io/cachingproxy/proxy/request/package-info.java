@NullMarked
package io.cachingproxy.proxy.request;

import org.jspecify.annotations.NullMarked;
