/** The wiring of all packages: the command line, the embedded server, the web application. */
@NullMarked
package io.cachingproxy.app;

import org.jspecify.annotations.NullMarked;
