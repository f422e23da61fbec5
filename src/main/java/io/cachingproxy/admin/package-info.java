/** Clear, purge and inspect the cache over HTTP. */
@NullMarked
package io.cachingproxy.admin;

import org.jspecify.annotations.NullMarked;
