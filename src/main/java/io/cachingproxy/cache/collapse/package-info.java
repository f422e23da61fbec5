/** One request to the origin for many clients. */
@NullMarked
package io.cachingproxy.cache.collapse;

import org.jspecify.annotations.NullMarked;
