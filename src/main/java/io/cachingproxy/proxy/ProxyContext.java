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
 * What the servlet and the filter share, handed to them as an attribute of their servlet context:
 * in the embedded server and in a WAR alike. The wiring that made it owns what is in it and closes
 * it. Thread-safe.
 *
 * @param settings the operator's settings
 * @param cache the cache
 * @param listener hears of every exchange
 * @param gate bounds what goes to the origin
 * @param tunnels what became of upgraded connections
 * @param downloads the clients that keep memory of the store busy
 * @param pseudonym the name of this proxy in Via
 * @param streams how clients are talked to
 * @param clock the one clock
 * @param nanos a clock in nanoseconds that never goes back
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

  /** Puts this context where the servlet and the filter look for it. */
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
