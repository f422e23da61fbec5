@NullMarked
package io.cachingproxy.cache.collapse;

import org.jspecify.annotations.NullMarked;
