package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.relay.ClientDisconnected;
import io.cachingproxy.proxy.relay.DisconnectWatch;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.request.Via;
import io.cachingproxy.rfc9111.EndToEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to the origin on behalf of a client and those waiting with it, from sending it until
 * the origin has answered or failed. What happens to the response is up to the {@link
 * ResponseHandler}.
 */
public final class OriginExchange implements Response.Listener, DisconnectWatch.Watched {

  private static final Logger LOG = LoggerFactory.getLogger(OriginExchange.class);

  /** RFC 9110 §9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  /** It is unlikely that more idle connections than this were closed at the same moment. */
  private static final int MAX_RETRIES = 16;

  private final Inquiry inquiry;
  private final OriginClient origin;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Request.@Nullable Content content;
  private final @Nullable UpgradeAttempt upgrade;
  private final int retries;
  private final OriginRequest request;
  private final FirstByteTimer firstByte;
  private final Instant requestTime;
  private final long startNanos = System.nanoTime();

  private final ResponseHandler handler;
  private volatile boolean waitsForOthers;
  private volatile boolean sent;
  private volatile boolean reached;
  private boolean hadInterim;
  private boolean switching;

  /** Creates an exchange that is not started. */
  public OriginExchange(Inquiry inquiry) {
    this(inquiry, 0);
  }

  private OriginExchange(Inquiry inquiry, int retries) {
    this.origin = inquiry.origin();
    this.plan = inquiry.plan();
    this.content = inquiry.content();
    this.upgrade = inquiry.upgrade();
    this.retries = retries;
    this.requestTime = origin.now();
    this.request = origin.newRequest(plan, inquiry.forwarded());
    this.firstByte = new FirstByteTimer(origin.firstBytes(), request);
    this.inquiry = inquiry.with(StaleWait.of(inquiry, request));
    this.client = this.inquiry.client();
    this.handler = inquiry.handling().of(this.inquiry, this::elapsed, request::abort);
  }

  /** Sends the request. Failures end the exchange; nothing is thrown. */
  public void start() {
    guarded(this::send);
  }

  private void send() {
    if (request.isTooLarge()) {
      plan.discard();
      OriginFailure.REQUEST_TOO_LARGE.refuse(client, plan.forward());
      return;
    }
    waitsForOthers = origin.gate().isFull();
    OriginFailure refusal = origin.gate().enter();
    if (refusal != null) {
      unanswered(refusal, new RejectedExecutionException(refusal.text()));
      return;
    }
    try {
      prepare();
      request.send(this);
    } catch (RuntimeException | Error notSent) {
      origin.disconnects().forget(this);
      firstByte.cancel();
      origin.gate().leave();
      throw notSent;
    }
  }

  private void prepare() {
    if (client instanceof StaleWait wait) {
      wait.begin();
    }
    if (content != null) {
      request.body(content);
      if (content instanceof RelayedRequestContent relayed) {
        UploadRate.watch(relayed, request, origin);
        if (content.getLength() < 0) {
          request.trailersSupplier(relayed::trailers);
        }
      }
      Expectation.watch(request, origin, client);
    }
    if (upgrade != null) {
      upgrade.askIn(request);
    }
    request.onInterim(this::interim);
    request.onRequestBegin(begun -> sent = true);
    request.onRequestCommit(this::reached);
    if (content != null) {
      request.onRequestBegin(begun -> firstByte.pause());
      request.onRequestSuccess(sent -> firstByte.start());
    }
    firstByte.start();
    if (content == null && upgrade == null) {
      origin.disconnects().watch(this);
    }
  }

  /** The origin's connection took the head of the request: over TLS, after the handshake. */
  private void reached(Request head) {
    reached = true;
    if (!request.isOnReusedConnection()) {
      origin.gate().connected();
    }
  }

  @Override
  public boolean hasLeft() {
    return client.hasLeft() && !plan.shared().hasWaiting();
  }

  /** Clients that follow the response are watched individually. */
  @Override
  public void left() {
    if (!handler.isFollowed()) {
      request.abort(new ClientDisconnected());
    }
  }

  /** RFC 9110 §15.2: "A proxy MUST forward 1xx responses". They are never stored. */
  private void interim(Fields fields, int status) {
    hadInterim = true;
    origin.gate().answered();
    firstByte.signOfLife();
    if (status == HttpStatus.CONTINUE_100) {
      client.interim(status, EndToEnd.response(fields), () -> Expectation.meet(request));
    } else {
      String via = Via.OWN_ANSWER;
      Fields passedOn = EndToEnd.response(fields).toBuilder().add("Via", via).build();
      client.interim(status, passedOn, () -> {});
    }
  }

  @Override
  public void onBegin(Response response) {
    origin.gate().answered();
    firstByte.arrived();
  }

  @Override
  public void onHeaders(Response response) {
    firstByte.cancel();
    if (upgrade != null
        && response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101
        && upgrade.isAnsweredBy(response)) {
      // RFC 9110 §15.2.2: only in answer to Upgrade.
      switching = true;
      return;
    }
    String flaw = ResponseFlaw.of(request, response);
    if (flaw != null) {
      request.abort(new HttpException.RuntimeException(502, flaw));
      return;
    }
    guarded(() -> handler.decide(response, requestTime));
  }

  /**
   * Runs a step of this exchange. Jetty swallows exceptions of its listeners, and the client would
   * wait for ever: so any bug ends the exchange here. That includes an {@code Error}, since other
   * clients may be waiting and the process continues.
   */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable bug) {
      try {
        handler.fail(bug);
      } finally {
        LOG.error("{}: unexpected failure", origin.redaction().line(plan.request()), bug);
      }
    }
  }

  @Override
  public void onContentSource(Response response, Content.Source content) {
    guarded(() -> handler.content(response, content));
  }

  @Override
  public void onSuccess(Response response) {
    Expectation.refuse(request);
  }

  @Override
  public void onComplete(Result result) {
    guarded(() -> completed(result));
  }

  private void completed(Result result) {
    boolean answered = firstByte.hasArrived();
    firstByte.cancel();
    origin.disconnects().forget(this);
    origin.gate().leave();
    int status = answered ? result.getResponse().getStatus() : 0;
    origin.listener().originRequestCompleted(status, elapsed());
    Plan.AskOrigin next = handler.next();
    if (upgrade != null && switching && result.isSucceeded()) {
      client.originTook(elapsed());
      upgrade.switched(
          origin, result.getResponse(), Delivery.via(result.getResponse()), plan.forward());
    } else if (next != null) {
      client.originTook(elapsed());
      new OriginExchange(inquiry.next(next)).start();
    } else if (!handler.isDecided()) {
      client.originTook(elapsed());
      noResponse(result.getFailure());
    } else if (result.getResponseFailure() != null) {
      // A response that arrived completely counts, even if the origin did not take all of the
      // request's content.
      handler.brokenOff(result.getResponseFailure());
    }
  }

  /**
   * Handles the lack of a usable response: asks again, serves a stored response, or answers with an
   * error.
   */
  private void noResponse(Throwable failure) {
    OriginFailure kind = kindOf(failure);
    if (mayRetry(kind)) {
      new OriginExchange(inquiry, retries + 1).start();
      return;
    }
    unanswered(kind, failure);
  }

  private void unanswered(OriginFailure kind, Throwable failure) {
    boolean isBlameless =
        hadInterim || firstByte.hasArrived() || isAwaitingClient() || isClosedEarly(kind);
    origin.gate().failed(kind, plan.request(), failure, startNanos, isBlameless);
    handler.unanswered(kind);
    client.originFailed(kind);
    Plan.Answer standIn = inquiry.cache().originFailed(plan, kind);
    if (standIn != null) {
      client.answer(standIn.answer(), standIn.outcome());
    } else {
      kind.refuse(client, plan.forward(), plan.mustBeValidated());
    }
  }

  /** An origin that closes the connection before it has the whole request needn't be in trouble. */
  private boolean isClosedEarly(OriginFailure kind) {
    return kind == OriginFailure.CLOSED
        && content instanceof RelayedRequestContent relayed
        && !relayed.isWhole();
  }

  /** An origin that gives up on a slow client's request sooner than this proxy is not at fault. */
  private boolean isAwaitingClient() {
    return sent && content instanceof RelayedRequestContent relayed && relayed.isAwaitingClient();
  }

  private OriginFailure kindOf(Throwable failure) {
    OriginFailure kind = OriginFailure.of(failure);
    if (content instanceof RelayedRequestContent relayed && relayed.clientFailure() != null) {
      return OriginFailure.ofClient(relayed.clientFailure());
    }
    if (kind == OriginFailure.TIMEOUT && isAwaitingClient()) {
      return OriginFailure.REQUEST_TIMEOUT;
    }
    if (kind == OriginFailure.TIMEOUT && !sent) {
      boolean busy = waitsForOthers || origin.gate().isFull();
      return busy ? OriginFailure.BUSY : OriginFailure.CONNECT_TIMEOUT;
    }
    boolean isInHandshake =
        !reached && request.getScheme().equals("https") && !request.isOnReusedConnection();
    // An origin without TLS may close the connection before the handshake can fail.
    return kind == OriginFailure.CLOSED && isInHandshake ? OriginFailure.TLS : kind;
  }

  /**
   * RFC 9112 §9.3.1: a request is repeated only if it is idempotent, and only if the origin
   * probably closed an idle connection just as the request was sent. Each retry uses up one such
   * connection, and a failure on a new connection is final.
   */
  private boolean mayRetry(OriginFailure kind) {
    return kind == OriginFailure.CLOSED
        && retries < MAX_RETRIES
        && !firstByte.hasArrived()
        && !hadInterim
        && content == null
        && IDEMPOTENT.contains(plan.request().method())
        && request.isOnReusedConnection();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
