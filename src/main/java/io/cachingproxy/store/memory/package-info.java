/** The store in this process: bodies outside the heap, and what each response costs. */
@NullMarked
package io.cachingproxy.store.memory;

import org.jspecify.annotations.NullMarked;
