@NullMarked
package io.cachingproxy.cache.purge;

import org.jspecify.annotations.NullMarked;
