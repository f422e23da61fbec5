/** What is stored, and the interface of a store. */
@NullMarked
package io.cachingproxy.store;

import org.jspecify.annotations.NullMarked;
