package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Waiting;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProtocolHandlers;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee10.proxy.ProxyServlet;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transparent proxy with a cache in it: every request is asynchronous from its first line, is
 * answered from the store where the protocol allows it, and forwarded to the origin where not.
 *
 * <p>Of Jetty's proxy it keeps the life of the {@code HttpClient}; how a request is forwarded, and
 * how its response comes back, is this package's own, since the stock way copies, blocks,
 * normalises paths and decides on the status before it has seen the fields.
 */
public final class CachingProxyServlet extends ProxyServlet.Transparent {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(CachingProxyServlet.class);

  /** Methods whose requests have no content unless they say so. */
  private static final Set<String> NO_CONTENT_METHODS =
      Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

  private transient @Nullable ProxyContext context;
  private transient @Nullable ClientStreams streams;
  private transient @Nullable RequestReader requests;
  private transient @Nullable OriginClient origin;

  @Override
  public void init(ServletConfig config) throws ServletException {
    ProxyContext published = ProxyContext.of(config.getServletContext());
    context = published;
    ClientStreams world = ClientStreams.of(config.getServletContext());
    streams = world;
    requests = new RequestReader(published.settings(), world);
    super.init(new TransparentConfig(config, published.settings().originUrl()));
    origin = new OriginClient(getHttpClient(), published);
  }

  @Override
  protected HttpClient newHttpClient() {
    ProxySettings settings = context().settings();
    // TLS takes long at times: there the clients' selectors are spared.
    boolean isPlain = settings.scheme().equals("http");
    SelectorManager host =
        isPlain
                && getServletContext().getAttribute(OriginConnector.HOST)
                    instanceof SelectorManager offered
            ? offered
            : null;
    OriginConnector connector = new OriginConnector(host);
    connector.setSelectors(1);
    connector.setConnectTimeout(settings.connectTimeout());
    connector.setSslContextFactory(
        isPlain ? new OriginConnector.NoTls() : new SslContextFactory.Client());
    OriginTransport transport = new OriginTransport(connector);
    transport.setInvocationType(InvocationType.NON_BLOCKING);
    // Else a value takes the case of a common one: text/html;charset=UTF-8 would become utf-8.
    transport.setHeaderCacheSize(0);
    transport.setHeaderCacheCaseSensitive(true);
    HttpClient client = new HttpClient(transport);
    client.setSocketAddressResolver(
        new OriginResolver(
            InetAddress::getAllByName, client::getScheduler, settings.connectTimeout()));
    return client;
  }

  @Override
  protected HttpClient createHttpClient() throws ServletException {
    ProxySettings settings = context().settings();
    HttpClient client = super.createHttpClient();
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setIdleTimeout(settings.idleTimeout().toMillis());
    OriginGate.Limits limits = context().gate().limits();
    client.setMaxConnectionsPerDestination(limits.connections());
    // The gate is the one to refuse; a request is in this queue also while it gets its connection.
    client.setMaxRequestsQueuedPerDestination(limits.connections() + limits.queue());
    client.setMaxResponseHeadersSize(settings.maxResponseHeaderBytes());
    client.setMaxRequestHeadersSize(settings.maxRequestHeaderBytes());
    ProtocolHandlers handlers = client.getProtocolHandlers();
    handlers.clear();
    handlers.put(new InterimResponses());
    return client;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    ExchangeRecorder recorder = ExchangeRecorder.of(request);
    ClientRequest read = requests().read(request);
    RequestHead head = read.head();
    recorder.targetIs(head.target());
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    boolean hasContent = hasContent(request, head.fields());
    ClientExchange client =
        new ClientExchange(
            request, response, streams().open(request, async), recorder, head, hasContent);
    ClientRequest.Refusal refusal = read.refusal();
    if (refusal != null) {
      client.refuseAndClose(
          refusal.status(), CacheOutcome.proxyMade(null, refusal.token()), refusal.text());
      return;
    }
    if (head.method().equals("CONNECT")) {
      client.refuse(501, CacheOutcome.proxyMade(null, "connect"), "no tunnels here");
      return;
    }
    Upgrade upgrade = Upgrade.askedFor(request.getProtocol(), head.fields(), hasContent);
    if (upgrade != null && (streams().canSwitchProtocols() || upgrade.isToWebSocket())) {
      upgrade(client, upgrade);
      return;
    }
    planFor(head).whenComplete((plan, failure) -> carryOut(client, plan, failure));
  }

  /** RFC 9110 §7.8: what can't be passed on is refused if the client could do nothing without. */
  private void upgrade(ClientExchange client, Upgrade upgrade) {
    if (!streams().canSwitchProtocols()) {
      client.refuseAndClose(
          501, CacheOutcome.proxyMade(null, "upgrade"), "no WebSocket in a servlet container");
      return;
    }
    Tunnels tunnels = context().tunnels();
    if (UpgradeAttempt.begin(tunnels, client)) {
      Plan.AskOrigin plan = context().cache().bypass(client.head());
      Fields forwarded = ForwardedFields.of(client.servletRequest(), client.head());
      UpgradeAttempt attempt = UpgradeAttempt.of(upgrade, tunnels, client);
      OriginExchange.upgrading(origin(), context().cache(), plan, client, forwarded, attempt)
          .start();
    }
  }

  /**
   * Fails only by its stage: the exchange is asynchronous already, and nobody else would end it.
   */
  private CompletionStage<Plan> planFor(RequestHead head) {
    try {
      return context().cache().plan(head);
    } catch (RuntimeException bug) {
      return CompletableFuture.failedFuture(bug);
    }
  }

  private void carryOut(ClientExchange client, @Nullable Plan plan, @Nullable Throwable failure) {
    try {
      if (plan instanceof Plan.Answer answer) {
        OriginExchange refresh = refresh(client, answer);
        try {
          client.answer(answer.response(), answer.outcome());
        } finally {
          if (refresh != null) {
            refresh.start();
          }
        }
      } else if (plan instanceof Plan.Wait wait) {
        await(client, wait.waiting());
      } else if (plan instanceof Plan.Follow follow) {
        ArrivingAnswer.to(client, follow, origin().now(), origin().departures());
      } else if (plan instanceof Plan.Unanswered unanswered) {
        OriginFailure.of(unanswered.failure()).refuse(client, unanswered.forward());
      } else if (plan instanceof Plan.AskOrigin ask) {
        Request.Content content = client.hasContent() ? new RelayedRequestContent(client) : null;
        exchange(client, ask, content).start();
      } else if (plan instanceof Plan.Refuse refusal) {
        client.refuse(refusal.status(), refusal.outcome(), "the response is not stored");
      } else {
        throw new IllegalStateException("no plan", failure);
      }
    } catch (RuntimeException bug) {
      LOG.error("{} {}: unexpected failure", client.head().method(), client.head().target(), bug);
      refuse(client, bug);
    }
  }

  private static void refuse(ClientExchange client, RuntimeException bug) {
    try {
      if (client.isAnswering()) {
        client.abort(bug);
      } else {
        client.refuse(500, CacheOutcome.proxyMade(null, "internal-error"), "internal error");
      }
    } catch (RuntimeException gone) {
      client.abort(gone);
    }
  }

  private OriginExchange exchange(
      ClientExchange client, Plan.AskOrigin ask, Request.@Nullable Content content) {
    try {
      Fields forwarded = ForwardedFields.of(client.servletRequest(), client.head());
      return new OriginExchange(origin(), context().cache(), ask, client, forwarded, content);
    } catch (RuntimeException bug) {
      ask.discard();
      throw bug;
    }
  }

  /** Another request has been sent for the same: what comes of it leads to another plan. */
  private void await(ClientExchange client, Waiting waiting) {
    WaitingClient watched = new WaitingClient(client, waiting);
    origin().departures().watch(watched);
    waiting
        .outcome()
        .whenComplete(
            (plan, failure) -> {
              origin().departures().forget(watched);
              carryOut(client, plan, failure);
            });
  }

  /** A client that waits, and is watched meanwhile. */
  private record WaitingClient(ClientExchange client, Waiting waiting)
      implements Departures.Watched {

    @Override
    public boolean hasLeft() {
      return client.hasLeft();
    }

    @Override
    public void left() {
      waiting.leave();
    }
  }

  /** Made ready before the client is answered: after that its request is the container's again. */
  private @Nullable OriginExchange refresh(ClientExchange client, Plan.Answer answer) {
    Plan.AskOrigin plan = answer.refresh();
    if (plan == null) {
      return null;
    }
    HttpCache cache = context().cache();
    try {
      Fields forwarded = ForwardedFields.of(client.servletRequest(), client.head());
      BackgroundRefresh nobody = new BackgroundRefresh(cache, answer.response().key());
      return new OriginExchange(origin(), cache, plan, nobody, forwarded, null);
    } catch (RuntimeException bug) {
      cache.refreshEnded(answer.response().key(), true);
      answer.discard();
      throw bug;
    }
  }

  /**
   * Whether the request has content. Over HTTP/2 it may have some with no field that says so: then
   * the methods that are made for content have it.
   */
  private static boolean hasContent(HttpServletRequest request, Fields fields) {
    if (fields.contains("Content-Length")) {
      return ContentLength.of(fields) != 0;
    }
    return fields.contains("Transfer-Encoding")
        || (!request.getProtocol().startsWith("HTTP/1")
            && !NO_CONTENT_METHODS.contains(request.getMethod()));
  }

  /** The target at the origin as the request to it is sent; see {@link OriginRequest}. */
  @Override
  protected String rewriteTarget(HttpServletRequest request) {
    return requests().read(request).head().target().toString();
  }

  private ProxyContext context() {
    return initialised(context);
  }

  private ClientStreams streams() {
    return initialised(streams);
  }

  private RequestReader requests() {
    return initialised(requests);
  }

  private OriginClient origin() {
    return initialised(origin);
  }

  private static <T> T initialised(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the servlet was not initialised");
    }
    return part;
  }
}
