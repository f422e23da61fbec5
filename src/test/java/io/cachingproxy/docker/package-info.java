/** Checks of what is in docker/, as far as they need no container engine. */
@NullMarked
package io.cachingproxy.docker;

import org.jspecify.annotations.NullMarked;
