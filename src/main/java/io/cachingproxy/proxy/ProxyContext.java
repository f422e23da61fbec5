package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.proxy.client.ClientStreams;
import io.cachingproxy.proxy.client.Downloads;
import io.cachingproxy.proxy.origin.OriginGate;
import io.cachingproxy.proxy.request.ProxySettings;
import io.cachingproxy.proxy.request.Pseudonym;
import io.cachingproxy.proxy.tunnel.Tunnels;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What the servlet and the filter share, published as an attribute of their servlet context, in the
 * embedded server and in a WAR alike. Whoever created it owns its components and closes them.
 * Thread-safe.
 *
 * @param settings the operator's settings
 * @param cache the cache
 * @param listener is told of every exchange
 * @param gate limits the requests to the origin
 * @param tunnels counts upgraded connections
 * @param downloads the answers that hold memory of the store
 * @param pseudonym the name of this proxy in Via
 * @param streams opens the client's side of exchanges
 * @param clock the wall clock
 * @param nanos a monotonic clock in nanoseconds
 */
public record ProxyContext(
    ProxySettings settings,
    HttpCache cache,
    CacheListener listener,
    OriginGate gate,
    Tunnels tunnels,
    Downloads downloads,
    Pseudonym pseudonym,
    ClientStreams streams,
    Clock clock,
    LongSupplier nanos) {

  private static final String ATTRIBUTE = ProxyContext.class.getName();

  /** Publishes this context for the servlet and the filter. */
  public void publish(ServletContext servletContext) {
    servletContext.setAttribute(ATTRIBUTE, this);
  }

  static ProxyContext of(ServletContext servletContext) {
    if (servletContext.getAttribute(ATTRIBUTE) instanceof ProxyContext context) {
      return context;
    }
    throw new IllegalStateException("the proxy was not configured: no origin");
  }
}
