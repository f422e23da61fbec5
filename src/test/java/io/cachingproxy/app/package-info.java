@NullMarked
package io.cachingproxy.app;

import org.jspecify.annotations.NullMarked;
