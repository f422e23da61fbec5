/** The cache itself, without servlets or sockets: look up, decide, plan. */
@NullMarked
package io.cachingproxy.cache;

import org.jspecify.annotations.NullMarked;
