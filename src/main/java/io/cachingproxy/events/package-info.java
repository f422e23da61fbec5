/** The event log: one event for every exchange. */
@NullMarked
package io.cachingproxy.events;

import org.jspecify.annotations.NullMarked;
