@NullMarked
package io.cachingproxy.store.memory;

import org.jspecify.annotations.NullMarked;
