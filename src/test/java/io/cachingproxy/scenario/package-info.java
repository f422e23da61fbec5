/**
 * Scenarios over real sockets: a client, an origin, and what each must see. They hold for every
 * deployment of the proxy, except those tagged {@code embedded-only}.
 */
@NullMarked
package io.cachingproxy.scenario;

import org.jspecify.annotations.NullMarked;
