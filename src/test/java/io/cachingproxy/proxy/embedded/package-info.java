@NullMarked
package io.cachingproxy.proxy.embedded;

import org.jspecify.annotations.NullMarked;
