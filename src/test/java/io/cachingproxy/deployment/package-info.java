/**
 * What the build hands out, run as its users run it: the executable jar, the WAR in the project's
 * own Jetty base, the WAR in anybody's Jetty.
 */
package io.cachingproxy.deployment;
