@NullMarked
package io.cachingproxy.cache.parts;

import org.jspecify.annotations.NullMarked;
