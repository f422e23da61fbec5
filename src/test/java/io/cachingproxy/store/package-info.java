/** Tests of the store. */
@NullMarked
package io.cachingproxy.store;

import org.jspecify.annotations.NullMarked;
