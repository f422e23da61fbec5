/** Loads the real program for minutes and watches what it takes of the machine; profile soak. */
@NullMarked
package io.cachingproxy.soak;

import org.jspecify.annotations.NullMarked;
