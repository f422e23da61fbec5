package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.collapse.Waiting;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.proxy.client.ClientExchange;
import io.cachingproxy.proxy.client.ClientStreams;
import io.cachingproxy.proxy.origin.Deadlines;
import io.cachingproxy.proxy.origin.Inquiry;
import io.cachingproxy.proxy.origin.OriginClient;
import io.cachingproxy.proxy.origin.OriginExchange;
import io.cachingproxy.proxy.origin.RelayedRequestContent;
import io.cachingproxy.proxy.origin.UpgradeAttempt;
import io.cachingproxy.proxy.relay.BackgroundRefresh;
import io.cachingproxy.proxy.relay.DisconnectWatch;
import io.cachingproxy.proxy.request.ForwardedFields;
import io.cachingproxy.proxy.request.Pseudonym;
import io.cachingproxy.proxy.tunnel.Tunnels;
import io.cachingproxy.proxy.tunnel.Upgrade;
import io.cachingproxy.store.CacheKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cache for a plan and carries it out: answers from the store, waits for a response that
 * another request has asked for, or asks the origin. Thread-safe.
 */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  private final HttpCache cache;
  private final Tunnels tunnels;
  private final ClientStreams streams;
  private final OriginClient origin;
  private final Pseudonym pseudonym;
  private final Deadlines waits;

  Answering(ProxyContext context, OriginClient origin) {
    this.cache = context.cache();
    this.tunnels = context.tunnels();
    this.streams = context.streams();
    this.origin = origin;
    this.pseudonym = context.pseudonym();
    this.waits = new Deadlines(cache.maxWait(), origin::schedule, context.nanos());
  }

  /** Answers a request as the cache plans. */
  void answer(ClientExchange client) {
    planFor(client.head()).whenComplete((plan, failure) -> carryOut(client, plan, failure));
  }

  /**
   * Reports every failure through the stage: the exchange is already asynchronous, so nothing else
   * would end it.
   */
  private CompletionStage<Plan> planFor(RequestHead head) {
    try {
      return cache.plan(head);
    } catch (RuntimeException | Error bug) {
      return CompletableFuture.failedFuture(bug);
    }
  }

  private Fields forwardedFields(ClientExchange client) {
    return ForwardedFields.of(client.servletRequest(), client.head(), pseudonym);
  }

  /**
   * RFC 9110 §7.8: an upgrade that can't be forwarded is refused if the client can't do without it.
   */
  void upgrade(ClientExchange client, Upgrade upgrade) {
    if (!streams.canSwitchProtocols()) {
      client.refuseAndClose(
          501, CacheOutcome.proxyMade(null, "upgrade"), "no WebSocket in a servlet container");
      return;
    }
    if (UpgradeAttempt.begin(tunnels, client)) {
      Plan.Pass plan = cache.bypass(client.head());
      Fields forwarded = forwardedFields(client);
      UpgradeAttempt attempt = UpgradeAttempt.of(upgrade, tunnels, client);
      new OriginExchange(Inquiry.of(origin, cache, plan, client, forwarded).with(attempt)).start();
    }
  }

  private void carryOut(ClientExchange client, @Nullable Plan plan, @Nullable Throwable failure) {
    try {
      if (plan == null) {
        throw new IllegalStateException("no plan", failure);
      }
      plan.accept(new Steps(this, client));
    } catch (Throwable bug) {
      // The completion stage would swallow it, and the client would wait for ever.
      try {
        if (plan != null && !(plan instanceof Plan.Answer)) {
          plan.discard();
        }
      } finally {
        client.fail(bug);
        LOG.error("{}: unexpected failure", origin.redaction().line(client.head()), bug);
      }
    }
  }

  /** Carries out a plan for one client. */
  private record Steps(Answering answering, ClientExchange client) implements Plan.Visitor {

    @Override
    public void answer(Plan.Answer answer) {
      OriginExchange refresh = answering.refresh(client, answer);
      try {
        client.answer(answer.answer(), answer.outcome());
      } finally {
        if (refresh != null) {
          refresh.start();
        }
      }
    }

    @Override
    public void await(Plan.Wait wait) {
      answering.await(client, wait.waiting());
    }

    @Override
    public void follow(Plan.Follow follow) {
      ArrivingAnswer.to(client, follow, answering.origin.now(), answering.origin.disconnects());
    }

    @Override
    public void ask(Plan.AskOrigin ask) {
      Request.Content content = client.hasContent() ? new RelayedRequestContent(client) : null;
      answering.exchange(client, ask, content).start();
    }

    @Override
    public void refuse(Plan.Refuse refusal) {
      client.refuse(refusal.status(), refusal.outcome(), refusal.text(), refusal.more());
    }
  }

  private OriginExchange exchange(
      ClientExchange client, Plan.AskOrigin ask, Request.@Nullable Content content) {
    try {
      Fields forwarded = forwardedFields(client);
      return new OriginExchange(Inquiry.of(origin, cache, ask, client, forwarded).with(content));
    } catch (RuntimeException | Error bug) {
      ask.discard();
      throw bug;
    }
  }

  /** Waits for another request for the same resource; its outcome leads to another plan. */
  private void await(ClientExchange client, Waiting<Plan> waiting) {
    WaitingClient watched = new WaitingClient(client, waiting, waits.next());
    waits.set(watched);
    origin.disconnects().watch(watched);
    waiting
        .outcome()
        .whenComplete(
            (plan, failure) -> {
              waits.cancel(watched);
              origin.disconnects().forget(watched);
              carryOut(client, plan, failure);
            });
  }

  /** A waiting client, watched for a disconnect and for its deadline. Compared by identity. */
  private final class WaitingClient implements DisconnectWatch.Watched, Deadlines.Deadline {

    private final ClientExchange client;
    private final Waiting<Plan> waiting;
    private final long deadlineNanos;

    WaitingClient(ClientExchange client, Waiting<Plan> waiting, long deadlineNanos) {
      this.client = client;
      this.waiting = waiting;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void look(long nowNanos) {
      if (nowNanos - deadlineNanos >= 0) {
        origin.execute(waiting::timeOut);
      }
    }

    @Override
    public boolean hasLeft() {
      return client.hasLeft();
    }

    @Override
    public void left() {
      waiting.leave();
    }
  }

  /**
   * Prepares the refresh before the client is answered: afterwards its request belongs to the
   * container again.
   */
  private @Nullable OriginExchange refresh(ClientExchange client, Plan.Answer answer) {
    Plan.Refresh plan = answer.refresh();
    if (plan == null) {
      return null;
    }
    try {
      Fields forwarded = forwardedFields(client);
      CacheKey key = answer.response().key();
      BackgroundRefresh nobody = new BackgroundRefresh(failed -> cache.refreshEnded(key, failed));
      return new OriginExchange(Inquiry.of(origin, cache, plan, nobody, forwarded));
    } catch (RuntimeException | Error bug) {
      cache.refreshEnded(answer.response().key(), true);
      answer.discard();
      throw bug;
    }
  }
}
