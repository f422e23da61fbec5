/** What only the embedded server needs, on Jetty's own classes; none of it is loaded in a WAR. */
@NullMarked
package io.cachingproxy.proxy.embedded;

import org.jspecify.annotations.NullMarked;
