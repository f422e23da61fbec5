package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.cache.Storing;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.EndToEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
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

  /** More idle connections than that are not likely to have been closed at the same moment. */
  private static final int MAX_RETRIES = 16;

  private final OriginClient origin;
  private final HttpCache cache;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Fields forwarded;
  private final Request.@Nullable Content content;
  private final int retries;
  private final OriginRequest request;
  private final FirstByteTimer firstByte;
  private final Instant requestTime;
  private final long startNanos = System.nanoTime();

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
    this(origin, cache, plan, client, forwarded, content, 0);
  }

  private OriginExchange(
      OriginClient origin,
      HttpCache cache,
      Plan.AskOrigin plan,
      Recipient client,
      Fields forwarded,
      Request.@Nullable Content content,
      int retries) {
    this.origin = origin;
    this.cache = cache;
    this.plan = plan;
    this.client = client;
    this.forwarded = forwarded;
    this.content = content;
    this.retries = retries;
    this.requestTime = origin.now();
    this.request = origin.newRequest(plan, forwarded);
    this.firstByte = new FirstByteTimer(origin, request);
  }

  void start() {
    if (content != null) {
      request.body(content);
      Expectation.watch(request, origin);
    }
    request.onRequestSuccess(sent -> firstByte.start());
    request.send(this);
  }

  @Override
  public void onBegin(Response response) {
    firstByte.arrived();
  }

  @Override
  public void onHeaders(Response response) {
    ResponseHead head = new ResponseHead(response.getStatus(), dated(fieldsOf(response)));
    decided = true;
    Reception reception = cache.receive(plan, head, requestTime);
    if (reception instanceof Reception.Answer answer) {
      client.originTook(elapsed());
      client.answer(answer.response(), answer.outcome());
    } else if (reception instanceof Reception.AskAgain again) {
      next = again.plan();
    } else if (reception instanceof Reception.Join join) {
      JoinedAnswer joined = new JoinedAnswer(client, join);
      client.begin(
          join.status(),
          join.fields().toBuilder().add("Via", via(response)).build(),
          join.outcome());
      relay = relay(joined, head, join.storing(), response);
    } else if (reception instanceof Reception.Relay pass) {
      Fields fields = EndToEnd.response(head.fields());
      client.begin(
          head.status(), fields.toBuilder().add("Via", via(response)).build(), pass.outcome());
      relay = relay(client, head, pass.storing(), response);
    }
  }

  private Relay relay(
      Recipient recipient, ResponseHead head, @Nullable Storing storing, Response response) {
    return new Relay(
        recipient,
        ContentLength.of(head.fields()),
        storing,
        response::abort,
        () -> client.originTook(elapsed()));
  }

  private static Fields fieldsOf(Response response) {
    Fields.Builder fields = Fields.builder();
    for (HttpField field : response.getHeaders()) {
      String value = field.getValue();
      fields.add(field.getName(), value == null ? "" : value);
    }
    return fields.build();
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
      new OriginExchange(origin, cache, plan, client, forwarded, content, retries + 1).start();
      return;
    }
    kind.log(plan.request(), failure);
    Plan.Answer standIn = cache.originFailed(plan);
    if (standIn != null) {
      client.answer(standIn.response(), standIn.outcome());
    } else {
      CacheOutcome outcome = CacheOutcome.proxyMade(plan.forward(), kind.token());
      client.refuse(kind.status(), outcome, kind.text());
    }
  }

  /**
   * RFC 9112 §9.3.1: a request is sent again only if it is idempotent, and only where the likely
   * reason is that the origin closed an idle connection just as the request was on its way. Each
   * try uses up one such connection, and a new one is never tried twice.
   */
  private boolean mayRetry(OriginFailure kind) {
    return kind == OriginFailure.CLOSED
        && retries < MAX_RETRIES
        && !firstByte.hasArrived()
        && content == null
        && IDEMPOTENT.contains(plan.request().method())
        && request.isOnReusedConnection();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
