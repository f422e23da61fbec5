/** What a client asks for, and what of it goes on to the origin. */
@NullMarked
package io.cachingproxy.proxy.request;

import org.jspecify.annotations.NullMarked;
