package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.proxy.client.ClientExchange;
import io.cachingproxy.proxy.client.ClientStreams;
import io.cachingproxy.proxy.client.ExchangeRecorder;
import io.cachingproxy.proxy.client.FinalRecipient;
import io.cachingproxy.proxy.origin.InterimResponses;
import io.cachingproxy.proxy.origin.OriginClient;
import io.cachingproxy.proxy.origin.OriginConnector;
import io.cachingproxy.proxy.origin.OriginGate;
import io.cachingproxy.proxy.origin.OriginResolver;
import io.cachingproxy.proxy.origin.OriginTransport;
import io.cachingproxy.proxy.request.ClientRequest;
import io.cachingproxy.proxy.request.ProxySettings;
import io.cachingproxy.proxy.request.RequestReader;
import io.cachingproxy.proxy.tunnel.Upgrade;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.util.Set;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.ee10.proxy.ProxyServlet;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * The transparent caching proxy: every request is asynchronous from the start, is answered from the
 * store where the protocol allows it, and is forwarded to the origin otherwise.
 *
 * <p>From Jetty's proxy it takes only the life cycle of the {@code HttpClient}. Requests are
 * forwarded and responses relayed by this package, since Jetty's implementation copies, blocks,
 * normalises paths and decides on the status before it has seen the fields.
 */
public final class CachingProxyServlet extends ProxyServlet.Transparent {

  private static final long serialVersionUID = 1L;

  /** Methods whose requests have no content unless a field says so. */
  private static final Set<String> NO_CONTENT_METHODS =
      Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

  private transient @Nullable ProxyContext context;
  private transient @Nullable RequestReader requests;
  private transient @Nullable Answering answering;

  @Override
  public void init(ServletConfig config) throws ServletException {
    ProxyContext published = ProxyContext.of(config.getServletContext());
    context = published;
    requests = new RequestReader(published.settings(), published.pseudonym());
    super.init(new TransparentConfig(config, published.settings().origin().url()));
    answering =
        new Answering(
            published,
            new OriginClient(
                getHttpClient(),
                published.settings(),
                published.pseudonym(),
                published.gate(),
                published.listener(),
                published.clock(),
                published.nanos()));
  }

  @Override
  protected HttpClient newHttpClient() {
    ProxySettings settings = context().settings();
    // TLS can take long, so it stays off the clients' selectors.
    boolean isPlain = settings.origin().scheme().equals("http");
    SelectorManager host =
        isPlain
                && getServletContext().getAttribute(OriginConnector.SHARED_SELECTORS)
                    instanceof SelectorManager offered
            ? offered
            : null;
    OriginConnector connector = new OriginConnector(host);
    connector.setSelectors(1);
    connector.setConnectTimeout(settings.timeouts().connect());
    connector.setSslContextFactory(
        isPlain ? new OriginConnector.NoTls() : new SslContextFactory.Client());
    OriginTransport transport = new OriginTransport(connector);
    transport.setInvocationType(InvocationType.NON_BLOCKING);
    transport.setHeaderCacheSize(0);
    // Otherwise Jetty replaces a value by a cached one that differs in case:
    // text/html;charset=UTF-8 would become utf-8.
    transport.setHeaderCacheCaseSensitive(true);
    HttpClient client = new HttpClient(transport);
    client.setSocketAddressResolver(
        new OriginResolver(
            InetAddress::getAllByName, client::getScheduler, settings.timeouts().connect()));
    return client;
  }

  @Override
  protected HttpClient createHttpClient() throws ServletException {
    ProxySettings settings = context().settings();
    HttpClient client = super.createHttpClient();
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setIdleTimeout(settings.timeouts().idle().toMillis());
    OriginGate.Limits limits = context().gate().limits();
    client.setMaxConnectionsPerDestination(limits.connections());
    // The gate is what refuses; a request is in this queue also while its connection is being
    // opened.
    client.setMaxRequestsQueuedPerDestination(limits.connections() + limits.queue());
    client.setMaxResponseHeadersSize(settings.origin().maxHeaderBytes());
    client.setMaxRequestHeadersSize(settings.maxOriginHeadBytes());
    ProtocolHandlers handlers = client.getProtocolHandlers();
    handlers.clear();
    handlers.put(new InterimResponses());
    return client;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    ExchangeRecorder recorder = ExchangeRecorder.of(request);
    ClientRequest read = requests().read(request, streams().lines(request));
    RequestHead head = read.head();
    recorder.targetIs(head.target());
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    boolean hasContent = hasContent(request, head.fields());
    ClientExchange client =
        new ClientExchange(
            request,
            response,
            streams().open(request, async),
            recorder,
            context().downloads(),
            head,
            hasContent);
    ClientRequest.Refusal refusal = read.refusal();
    if (refusal != null) {
      client.refuseAndClose(
          refusal.status(), CacheOutcome.proxyMade(null, refusal.token()), refusal.text());
      return;
    }
    if (read.isFinal()) {
      FinalRecipient.answer(client, streams().lines(request));
      return;
    }
    if (head.method().equals("CONNECT")) {
      client.refuse(501, CacheOutcome.proxyMade(null, "connect"), "no tunnels here");
      return;
    }
    Upgrade upgrade = Upgrade.askedFor(request.getProtocol(), head.fields(), hasContent);
    if (upgrade != null && (streams().canSwitchProtocols() || upgrade.isToWebSocket())) {
      answering().upgrade(client, upgrade);
      return;
    }
    answering().answer(client);
  }

  /**
   * Whether the request has content. Over HTTP/2 no field needs to say so: there, any method not
   * known to be without content is taken to have some.
   */
  private static boolean hasContent(HttpServletRequest request, Fields fields) {
    if (fields.contains("Content-Length")) {
      return ContentLength.of(fields) != 0;
    }
    return fields.contains("Transfer-Encoding")
        || (!request.getProtocol().startsWith("HTTP/1")
            && !NO_CONTENT_METHODS.contains(request.getMethod()));
  }

  private ProxyContext context() {
    return initialised(context);
  }

  private ClientStreams streams() {
    return context().streams();
  }

  private RequestReader requests() {
    return initialised(requests);
  }

  private Answering answering() {
    return initialised(answering);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the servlet was not initialised");
    }
    return part;
  }
}
