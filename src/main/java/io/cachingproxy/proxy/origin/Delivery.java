package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.cache.collapse.ArrivingBody;
import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.proxy.relay.ContentTaker;
import io.cachingproxy.proxy.relay.Fill;
import io.cachingproxy.proxy.relay.Follower;
import io.cachingproxy.proxy.relay.JoinedAnswer;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.relay.Relay;
import io.cachingproxy.proxy.request.JettyFields;
import io.cachingproxy.proxy.request.Via;
import io.cachingproxy.rfc9111.EndToEnd;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.TrailerSection;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Decides, once the head has arrived, what happens to the origin's response: it is relayed as it
 * arrives; or it is written to the store, from where its client and others follow it; or the client
 * is answered from the store; or the origin is asked again.
 */
final class Delivery implements ResponseHandler {

  private final Inquiry inquiry;
  private final OriginClient origin;
  private final Plan.AskOrigin plan;
  private final Recipient client;
  private final Supplier<Duration> elapsed;

  private boolean decided;
  private @Nullable Reception reception;
  private volatile boolean followed;
  private @Nullable ContentTaker taker;
  private @Nullable Runnable whenStarted;
  private boolean clientBegun;
  private Plan.@Nullable AskOrigin next;

  /**
   * Creates a delivery to which nothing has arrived yet.
   *
   * @param elapsed how long the origin has taken so far
   */
  Delivery(Inquiry inquiry, Supplier<Duration> elapsed) {
    this.inquiry = inquiry;
    this.origin = inquiry.origin();
    this.plan = inquiry.plan();
    this.client = inquiry.client();
    this.elapsed = elapsed;
  }

  @Override
  public boolean isDecided() {
    return decided;
  }

  @Override
  public boolean isFollowed() {
    return followed;
  }

  @Override
  public Plan.@Nullable AskOrigin next() {
    return next;
  }

  @Override
  public void decide(Response response, Instant requestTime) {
    ResponseHead head = headOf(response);
    decided = true;
    Reception received =
        plan instanceof Plan.Pass pass
            ? inquiry.cache().pass(pass, head)
            : inquiry.cache().receive(plan, head, requestTime);
    reception = received;
    received.accept(new Decision(head, response));
  }

  /** Carries out what the cache has decided about a head. */
  private final class Decision implements Reception.Visitor {

    private final ResponseHead head;
    private final Response response;

    Decision(ResponseHead head, Response response) {
      this.head = head;
      this.response = response;
    }

    @Override
    public void answer(Reception.Answer answer) {
      client.originTook(elapsed.get());
      answer.held().take();
      client.answer(answer.answer(), answer.outcome());
    }

    @Override
    public void askAgain(Reception.AskAgain again) {
      next = again.plan();
    }

    @Override
    public void join(Reception.Join join) {
      JoinedAnswer joined = new JoinedAnswer(client, join);
      joined.holdsMemory();
      taker = Delivery.this.relay(joined, head, join.storing(), response);
      client.begin(
          join.status(),
          join.fields().toBuilder().add(Via.FIELD, via(response)).build(),
          join.outcome());
    }

    @Override
    public void relay(Reception.Relay pass) {
      ArrivingResponse storing = pass.storing();
      if (storing == null && client.isNobody()) {
        // The content is discarded, as far as reading it is worthwhile.
        begin(head, pass.outcome(), response);
        client.originTook(elapsed.get());
        client.complete();
      } else if (storing == null || head.status() == HttpStatus.PARTIAL_CONTENT_206) {
        taker = Delivery.this.relay(client, head, storing, response);
        begin(head, pass.outcome(), response);
      } else {
        store(storing, head, pass, response);
      }
    }
  }

  private void begin(ResponseHead head, CacheOutcome outcome, Response response) {
    client.begin(head.status(), passedOn(head, response), outcome);
    if (head.fields().contains("Transfer-Encoding")) {
      client.trailers(() -> trailersOf(response));
    }
  }

  private static Fields passedOn(ResponseHead head, Response response) {
    return EndToEnd.response(head.fields()).toBuilder().add(Via.FIELD, via(response)).build();
  }

  private static Fields trailersOf(Response response) {
    HttpFields trailers = response.getTrailers();
    return trailers == null ? Fields.empty() : TrailerSection.passedOn(JettyFields.of(trailers));
  }

  private Relay relay(
      Recipient recipient,
      ResponseHead head,
      @Nullable ArrivingResponse storing,
      Response response) {
    if (storing != null) {
      keepUnlessSurplusFollows(storing, response);
      recipient.holdsMemory();
    }
    return new Relay(
        recipient,
        ContentLength.of(head.fields()),
        storing,
        response::abort,
        () -> recipient.originTook(elapsed.get()));
  }

  private static void keepUnlessSurplusFollows(ArrivingResponse storing, Response response) {
    if (response.getRequest() instanceof OriginRequest request) {
      request.onSurplus(storing::doNotKeep);
    }
  }

  /** Writes the response to the store; its client follows it there. */
  private void store(
      ArrivingResponse storing, ResponseHead head, Reception.Relay pass, Response response) {
    taker =
        new Fill(
            storing,
            ContentLength.of(head.fields()),
            response::abort,
            origin::schedule,
            new Continuation(inquiry, head));
    keepUnlessSurplusFollows(storing, response);
    followed = true;
    ArrivingBody.Reader reader = pass.clientHasIt() ? null : storing.read();
    if (reader == null) {
      whenStarted = () -> answerNotModified(head, pass.outcome(), response);
    } else {
      Follower follower = new Follower(client, reader, origin.disconnects(), elapsed);
      whenStarted = follower::start;
      try {
        begin(head, pass.outcome(), response);
      } catch (RuntimeException | Error gone) {
        // A failure of this client only: the store and other clients still get the response.
        whenStarted = () -> follower.abort(gone);
      }
    }
  }

  /** Answers 304: the client already has the response being stored (RFC 9111 §4.3.2). */
  private void answerNotModified(ResponseHead head, CacheOutcome outcome, Response response) {
    try {
      client.originTook(elapsed.get());
      client.begin(
          HttpStatus.NOT_MODIFIED_304,
          Preconditions.notModifiedFields(passedOn(head, response)),
          outcome);
      client.end(BufferUtil.EMPTY_BUFFER);
    } catch (RuntimeException | Error gone) {
      // A failure of this client only, as above.
      client.fail(gone);
    }
  }

  private ResponseHead headOf(Response response) {
    int status = response.getStatus();
    Fields fields = dated(JettyFields.of(response.getHeaders()));
    // RFC 9110 §8.6, RFC 9112 §6.3: a 204 has neither content nor a length, whatever its fields
    // say.
    return new ResponseHead(
        status, status == HttpStatus.NO_CONTENT_204 ? fields.without("Content-Length") : fields);
  }

  /** RFC 9110 §6.6.1: a response without a Date gets the time at which it arrived. */
  private Fields dated(Fields fields) {
    return fields.contains("Date")
        ? fields
        : fields.toBuilder().add("Date", HttpDate.print(origin.now())).build();
  }

  static String via(Response response) {
    return Via.of(response.getVersion().asString());
  }

  @Override
  public void content(Response response, Content.Source content) {
    if (taker == null) {
      Discard.start(origin, response, content);
    } else {
      taker.start(content);
      follow();
    }
  }

  /** Called only now, so that content that arrived with the head goes out with it. */
  private void follow() {
    Runnable waiting = whenStarted;
    whenStarted = null;
    if (waiting != null) {
      clientBegun = true;
      waiting.run();
    }
  }

  @Override
  public void brokenOff(Throwable failure) {
    if (taker != null) {
      taker.originFailed(failure);
      follow();
    }
  }

  /**
   * Ends everything after a bug, so that no client waits for ever and no hold is leaked. What has
   * been released or handed over already is left alone.
   */
  @Override
  public void fail(Throwable bug) {
    decided = true;
    next = null;
    boolean clientFollows = whenStarted != null;
    try {
      plan.discard();
      if (taker instanceof Fill fill) {
        fill.fail(bug);
        follow();
      } else if (taker != null) {
        brokenOff(bug);
      } else if (reception != null) {
        reception.discard(bug);
      }
    } finally {
      if (taker == null || (taker instanceof Fill && !clientFollows && !clientBegun)) {
        client.fail(bug);
      }
    }
  }
}
