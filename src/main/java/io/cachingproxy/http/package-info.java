/** Values of HTTP fields: parsed once, immutable, printed as they were. */
@NullMarked
package io.cachingproxy.http;

import org.jspecify.annotations.NullMarked;
