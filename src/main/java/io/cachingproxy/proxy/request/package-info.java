/** What a client asks for, and which of its fields are forwarded to the origin. */
@NullMarked
package io.cachingproxy.proxy.request;

import org.jspecify.annotations.NullMarked;
