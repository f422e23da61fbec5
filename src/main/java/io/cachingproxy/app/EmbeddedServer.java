package io.cachingproxy.app;

import io.cachingproxy.admin.AdminAccess;
import io.cachingproxy.config.ProxyConfig;
import io.cachingproxy.proxy.CacheFilter;
import io.cachingproxy.proxy.CachingProxyServlet;
import io.cachingproxy.proxy.embedded.ClientConnections;
import io.cachingproxy.proxy.embedded.Drain;
import io.cachingproxy.proxy.embedded.ExactTargets;
import io.cachingproxy.proxy.embedded.InboundConnector;
import io.cachingproxy.proxy.embedded.JettyClientStreams;
import io.cachingproxy.proxy.embedded.RequestHeadTimeout;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.LongSupplier;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy as a program of its own: one Jetty server for clients, which never blocks, and a small
 * one for metrics and administration, which stay reachable whatever happens on the first.
 */
public final class EmbeddedServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

  /** Room for the fields that this proxy adds to the origin's. */
  private static final int OWN_FIELDS_BYTES = 4 * 1024;

  /** Metrics and administration need few threads: for a scrape, a health check, a curl. */
  private static final int MANAGEMENT_THREADS = 8;

  /** Paths and queries pass unchanged; userinfo and fragments are not allowed in a request. */
  private static final UriCompliance ANY_PATH =
      UriCompliance.UNSAFE.without(
          "ANY_PATH", UriCompliance.Violation.USER_INFO, UriCompliance.Violation.FRAGMENT);

  /**
   * No leniency at all, neither for bare line feeds (RFC 9112 §2.2 leaves that open) nor for
   * anything else that a server in front may read differently. Hosts are the exception: {@code
   * RequestReader} validates them itself, since an empty port is valid, and an absolute form's own
   * host takes precedence (RFC 9112 §3.2.2).
   */
  private static final HttpCompliance NOTHING_AMBIGUOUS =
      HttpCompliance.STRICT.with(
          "NOTHING_AMBIGUOUS",
          HttpCompliance.Violation.UNSAFE_HOST_HEADER,
          HttpCompliance.Violation.MISMATCHED_AUTHORITY);

  private final CachingProxy proxy;
  private final Duration shutdownTimeout;
  private final Server clients;
  private final Server management;

  private EmbeddedServer(
      CachingProxy proxy, Duration shutdownTimeout, Server clients, Server management) {
    this.proxy = proxy;
    this.shutdownTimeout = shutdownTimeout;
    this.clients = clients;
    this.management = management;
  }

  /**
   * Starts a proxy; it serves requests when this returns.
   *
   * @throws IOException if a port can't be bound; its message is one line for stderr, and nothing
   *     is left running
   */
  public static EmbeddedServer start(ProxyConfig config, Clock clock) throws IOException {
    return start(config, clock, System::nanoTime);
  }

  /**
   * Starts a proxy, as {@link #start(ProxyConfig, Clock)}.
   *
   * @param nanos a monotonic clock in nanoseconds
   */
  public static EmbeddedServer start(ProxyConfig config, Clock clock, LongSupplier nanos)
      throws IOException {
    CachingProxy proxy = new CachingProxy(config, clock, nanos);
    proxy.letSlowReadersGo();
    Server clients = clientServer(config, proxy);
    Server management = managementServer(config, proxy);
    EmbeddedServer server =
        new EmbeddedServer(proxy, config.timeouts().shutdown(), clients, management);
    try {
      startOne(management, config.management().host(), config.management().port());
      startOne(clients, config.listener().host(), config.listener().port());
      proxy.ready(true);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void startOne(Server server, @Nullable String host, int port) throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(host == null ? "*" : host, port, cause.getMessage()),
          e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Server clientServer(ProxyConfig config, CachingProxy proxy) {
    NonBlockingContext context = new NonBlockingContext();
    context.setContextPath("/");
    context.getServletHandler().setDecodeAmbiguousURIs(true);
    proxy.context(new JettyClientStreams()).publish(context.getServletContext());
    FilterHolder filter = new FilterHolder(new CacheFilter());
    filter.setAsyncSupported(true);
    context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
    ServletHolder servlet = new ServletHolder("caching-proxy", new CachingProxyServlet());
    servlet.setAsyncSupported(true);
    servlet.setInitOrder(1);
    context.addServlet(servlet, "/*");

    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName("proxy");
    context.setAttribute("org.eclipse.jetty.server.Executor", threads);
    Server server =
        newServer(
            threads,
            config.listener().host(),
            config.listener().port(),
            config.listener().maxRequestHeaderSize(),
            config.origin().maxResponseHeaderSize() + OWN_FIELDS_BYTES,
            config.timeouts().idle(),
            context);
    boundHeads(server, config, proxy);
    ((InboundConnector) server.getConnectors()[0]).publish(context.getServletContext());
    return server;
  }

  private static Server managementServer(ProxyConfig config, CachingProxy proxy) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.addServlet(new ServletHolder("metrics", proxy.metricsServlet()), "/metrics");
    context.addServlet(
        new ServletHolder("admin", proxy.adminServlet(AdminAccess.Trust.THIS_MACHINE)), "/*");
    QueuedThreadPool threads = new QueuedThreadPool(MANAGEMENT_THREADS, 1);
    threads.setName("management");
    Server server =
        newServer(
            threads,
            config.management().host(),
            config.management().port(),
            config.listener().maxRequestHeaderSize(),
            config.origin().maxResponseHeaderSize(),
            config.timeouts().idle(),
            context);
    boundHeads(server, config, proxy);
    return server;
  }

  private static void boundHeads(Server server, ProxyConfig config, CachingProxy proxy) {
    for (Connector connector : server.getConnectors()) {
      Runnable whenClosed = proxy.metrics()::requestHeadTimedOut;
      connector.addBean(
          new RequestHeadTimeout(connector, config.requests().headTimeout(), whenClosed));
    }
  }

  private static Server newServer(
      QueuedThreadPool threads,
      @Nullable String host,
      int port,
      int maxRequestHeaderSize,
      int maxResponseHeaderSize,
      Duration idle,
      Handler handler) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(maxRequestHeaderSize);
    http.setMaxResponseHeaderSize(maxResponseHeaderSize);
    http.setUriCompliance(ANY_PATH);
    http.setHttpCompliance(NOTHING_AMBIGUOUS);
    // Otherwise a value would take the case of an earlier one on the connection: of a cookie, a
    // credential. And the cache would take 64 KB per connection.
    http.setHeaderCacheSize(0);
    http.setHeaderCacheCaseSensitive(true);
    http.addCustomizer(new ExactTargets());
    Server server = new Server(threads);
    ServerConnector connector = new InboundConnector(server, new ClientConnections(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(idle.toMillis());
    server.addConnector(connector);
    server.setHandler(new Drain(handler, idle));
    return server;
  }

  /** Starts trimming the heap when bodies need the memory: for a JVM that runs nothing else. */
  public void trimHeap() {
    proxy.trimHeap();
  }

  /** The port for clients, even if 0 was configured. */
  public int port() {
    return localPort(clients);
  }

  /** The port for metrics and administration, even if 0 was configured. */
  public int managementPort() {
    return localPort(management);
  }

  private static int localPort(Server server) {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  /**
   * Stops accepting connections, finishes requests in flight within the configured timeout, and
   * flushes the event log.
   */
  @Override
  public void close() {
    proxy.ready(false);
    // They may last indefinitely, and can't be finished.
    proxy.closeTunnels();
    if (clients.isStarted()) {
      drain();
    }
    stop(clients);
    stop(management);
    proxy.close();
  }

  private void drain() {
    ServerConnector connector = (ServerConnector) clients.getConnectors()[0];
    if (!((Drain) clients.getHandler()).drain(connector, shutdownTimeout)) {
      LOG.warn(
          "{} connections were still in use after the shutdown timeout and are cut off",
          connector.getConnectedEndPoints().size());
    }
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the server did not stop in good order: {}", e.toString());
    }
  }
}
