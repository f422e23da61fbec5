/** What is stored, and what a store is. */
@NullMarked
package io.cachingproxy.store;

import org.jspecify.annotations.NullMarked;
