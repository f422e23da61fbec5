package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.rfc9111.EndToEnd;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One request to the origin on behalf of one client, from sending it until the client has its
 * answer: the origin's response, passed on as it arrives and into the store if it may be kept; a
 * stored response that the origin has confirmed, or that stands in for it; or an error.
 */
final class OriginExchange implements Response.Listener {

  private final OriginClient origin;
  private final HttpCache cache;
  private final Plan.AskOrigin plan;
  private final ClientExchange client;
  private final OriginRequest request;
  private final Instant requestTime;
  private final long startNanos = System.nanoTime();

  private boolean responseBegan;
  private Scheduler.@Nullable Task firstByteTimer;
  private boolean decided;
  private @Nullable Relay relay;
  private Plan.@Nullable AskOrigin next;

  OriginExchange(OriginClient origin, HttpCache cache, Plan.AskOrigin plan, ClientExchange client) {
    this.origin = origin;
    this.cache = cache;
    this.plan = plan;
    this.client = client;
    this.requestTime = origin.now();
    this.request = origin.newRequest(plan, client);
  }

  void start() {
    if (client.hasContent()) {
      request.body(new RelayedRequestContent(client));
    }
    request.onRequestSuccess(sent -> startFirstByteTimer());
    request.send(this);
  }

  /** The origin's time for its first byte runs from when it has the whole request. */
  private synchronized void startFirstByteTimer() {
    if (!responseBegan) {
      firstByteTimer = origin.startFirstByteTimer(request);
    }
  }

  private synchronized void stopFirstByteTimer() {
    responseBegan = true;
    if (firstByteTimer != null) {
      firstByteTimer.cancel();
      firstByteTimer = null;
    }
  }

  @Override
  public void onBegin(Response response) {
    stopFirstByteTimer();
  }

  @Override
  public void onHeaders(Response response) {
    ResponseHead head = new ResponseHead(response.getStatus(), fieldsOf(response));
    decided = true;
    Reception reception = cache.receive(plan, head, requestTime);
    if (reception instanceof Reception.Answer answer) {
      client.recorder().originTook(elapsed());
      StoredResponseWriter.answer(client, answer.response(), answer.outcome());
    } else if (reception instanceof Reception.AskAgain again) {
      next = again.plan();
    } else if (reception instanceof Reception.Relay pass) {
      Fields fields = EndToEnd.response(head.fields());
      client.begin(
          head.status(), fields.toBuilder().add("Via", via(response)).build(), pass.outcome());
      relay = new Relay(client, ContentLength.of(head.fields()), pass.storing(), response::abort);
    }
  }

  private static Fields fieldsOf(Response response) {
    Fields.Builder fields = Fields.builder();
    for (HttpField field : response.getHeaders()) {
      String value = field.getValue();
      fields.add(field.getName(), value == null ? "" : value);
    }
    return fields.build();
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
  public void onComplete(Result result) {
    boolean answered = responseBegan;
    stopFirstByteTimer();
    Duration elapsed = elapsed();
    int status = answered ? result.getResponse().getStatus() : 0;
    origin.listener().originRequestCompleted(status, elapsed);
    if (relay != null) {
      if (result.isFailed()) {
        relay.abort(result.getFailure());
      }
    } else if (next != null) {
      client.recorder().originTook(elapsed);
      new OriginExchange(origin, cache, next, client).start();
    } else if (!decided) {
      client.recorder().originTook(elapsed);
      noResponse(result.getFailure());
    }
  }

  /** The origin gave no usable response: a stored one stands in, or the client hears of it. */
  private void noResponse(Throwable failure) {
    Plan.Answer standIn = cache.originFailed(plan);
    OriginFailure kind = OriginFailure.of(failure);
    kind.log(plan.request(), failure);
    if (standIn != null) {
      StoredResponseWriter.answer(client, standIn.response(), standIn.outcome());
    } else {
      CacheOutcome outcome = HttpCache.proxyMade(plan.forward(), kind.token());
      client.refuse(kind.status(), outcome, kind.text());
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
