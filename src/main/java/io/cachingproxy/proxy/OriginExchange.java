package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.EndToEnd;
import io.cachingproxy.rfc9111.TrailerSection;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin on behalf of one client, from sending it until the client has its
 * answer: the origin's response, passed on as it arrives and into the store if it may be kept; a
 * stored response that the origin has confirmed, or that stands in for it; or an error.
 */
final class OriginExchange implements Response.Listener {

  /** RFC 9110 §9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final OriginClient origin;
  private final HttpCache cache;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Fields forwarded;
  private final Request.@Nullable Content content;
  private final boolean isRetry;
  private final OriginRequest request;
  private final FirstByteTimer firstByte;
  private final Instant requestTime;
  private final long startNanos = System.nanoTime();

  private boolean hadInterim;
  private boolean decided;
  private @Nullable Relay relay;
  private Plan.@Nullable AskOrigin next;

  /**
   * An exchange that is not started yet.
   *
   * @param client who is to have the answer
   * @param forwarded our own fields, see {@link ForwardedFields}
   * @param content the content of the request, null if it has none
   */
  OriginExchange(
      OriginClient origin,
      HttpCache cache,
      Plan.AskOrigin plan,
      Recipient client,
      Fields forwarded,
      Request.@Nullable Content content) {
    this(origin, cache, plan, client, forwarded, content, false);
  }

  private OriginExchange(
      OriginClient origin,
      HttpCache cache,
      Plan.AskOrigin plan,
      Recipient client,
      Fields forwarded,
      Request.@Nullable Content content,
      boolean isRetry) {
    this.origin = origin;
    this.cache = cache;
    this.plan = plan;
    this.client = client;
    this.forwarded = forwarded;
    this.content = content;
    this.isRetry = isRetry;
    this.requestTime = origin.now();
    this.request = origin.newRequest(plan, forwarded);
    this.firstByte = new FirstByteTimer(origin, request);
  }

  void start() {
    if (content != null) {
      request.body(content);
      if (content instanceof RelayedRequestContent relayed && content.getLength() < 0) {
        request.trailersSupplier(() -> trailersOf(relayed));
      }
      Expectation.watch(request, origin, client);
    }
    request.onInterim(this::interim);
    request.onRequestSuccess(sent -> firstByte.start());
    request.send(this);
  }

  /** RFC 9110 §15.2: "A proxy MUST forward 1xx responses". Nothing of them is ever stored. */
  private void interim(Fields fields, int status) {
    hadInterim = true;
    firstByte.signOfLife();
    if (status == HttpStatus.CONTINUE_100) {
      client.interim(status, EndToEnd.response(fields), () -> Expectation.meet(request));
    } else {
      String via = "1.1 " + ForwardedFields.PSEUDONYM;
      Fields passedOn = EndToEnd.response(fields).toBuilder().add("Via", via).build();
      client.interim(status, passedOn, () -> {});
    }
  }

  @Override
  public void onBegin(Response response) {
    firstByte.arrived();
  }

  @Override
  public void onHeaders(Response response) {
    ResponseHead head =
        new ResponseHead(response.getStatus(), dated(JettyFields.of(response.getHeaders())));
    decided = true;
    Reception reception = cache.receive(plan, head, requestTime);
    if (reception instanceof Reception.Answer answer) {
      client.originTook(elapsed());
      client.answer(answer.response(), answer.outcome());
    } else if (reception instanceof Reception.AskAgain again) {
      next = again.plan();
    } else if (reception instanceof Reception.Relay pass) {
      Fields fields = EndToEnd.response(head.fields());
      client.begin(
          head.status(), fields.toBuilder().add("Via", via(response)).build(), pass.outcome());
      if (head.fields().contains("Transfer-Encoding")) {
        client.trailers(() -> trailersOf(response));
      }
      relay =
          new Relay(
              client,
              ContentLength.of(head.fields()),
              pass.storing(),
              response::abort,
              () -> client.originTook(elapsed()));
    }
  }

  /** Null where there is none: then Jetty ends the content in the usual way. */
  private static @Nullable HttpFields trailersOf(RelayedRequestContent content) {
    Fields trailers = content.trailers();
    return trailers.size() == 0 ? null : JettyFields.from(trailers);
  }

  private static Fields trailersOf(Response response) {
    HttpFields trailers = response.getTrailers();
    return trailers == null ? Fields.empty() : TrailerSection.passedOn(JettyFields.of(trailers));
  }

  /** RFC 9110 §6.6.1: a response without a Date gets the time at which it arrived. */
  private Fields dated(Fields fields) {
    return fields.contains("Date")
        ? fields
        : fields.toBuilder().add("Date", HttpDate.print(origin.now())).build();
  }

  private static String via(Response response) {
    String version = ForwardedFields.version(response.getVersion().asString());
    return version + " " + ForwardedFields.PSEUDONYM;
  }

  @Override
  public void onContentSource(Response response, Content.Source content) {
    if (relay == null) {
      Content.Source.consumeAll(content, Callback.NOOP);
    } else {
      relay.start(content);
    }
  }

  @Override
  public void onSuccess(Response response) {
    Expectation.refuse(request);
  }

  @Override
  public void onComplete(Result result) {
    boolean answered = firstByte.hasArrived();
    firstByte.cancel();
    int status = answered ? result.getResponse().getStatus() : 0;
    origin.listener().originRequestCompleted(status, elapsed());
    if (relay != null) {
      // A response that arrived whole counts, even if the origin wouldn't take the request's
      // content.
      if (result.getResponseFailure() != null) {
        relay.abort(result.getResponseFailure());
      }
    } else if (next != null) {
      client.originTook(elapsed());
      new OriginExchange(origin, cache, next, client, forwarded, content).start();
    } else if (!decided) {
      client.originTook(elapsed());
      noResponse(result.getFailure());
    }
  }

  /**
   * The origin gave no usable response: it is asked again, a stored response stands in, or the
   * client hears of it.
   */
  private void noResponse(Throwable failure) {
    OriginFailure kind = OriginFailure.of(failure);
    if (mayRetry(kind)) {
      new OriginExchange(origin, cache, plan, client, forwarded, content, true).start();
      return;
    }
    kind.log(plan.request(), failure);
    client.originFailed(kind);
    Plan.Answer standIn = cache.originFailed(plan);
    if (standIn != null) {
      client.answer(standIn.response(), standIn.outcome());
    } else {
      CacheOutcome outcome = CacheOutcome.proxyMade(plan.forward(), kind.token());
      client.refuse(kind.status(), outcome, kind.text());
    }
  }

  /**
   * RFC 9112 §9.3.1: a request is sent again only if it is idempotent, once, and only where the
   * likely reason is that the origin closed an idle connection just as the request was on its way.
   */
  private boolean mayRetry(OriginFailure kind) {
    return kind == OriginFailure.CLOSED
        && !isRetry
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
