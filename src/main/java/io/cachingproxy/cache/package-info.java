/** The cache itself, without servlet or socket: look up, decide, plan. */
@NullMarked
package io.cachingproxy.cache;

import org.jspecify.annotations.NullMarked;
