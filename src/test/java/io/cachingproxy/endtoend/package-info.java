/**
 * The packaged program, run as a process as its users run it, among real neighbours: a Kafka
 * broker, Prometheus, nginx, a browser.
 */
@NullMarked
package io.cachingproxy.endtoend;

import org.jspecify.annotations.NullMarked;
