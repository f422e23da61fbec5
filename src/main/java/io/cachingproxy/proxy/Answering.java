package io.cachingproxy.proxy;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Waiting;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.store.CacheKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the cache plan what to do with a request, and does it: from the store, by waiting for
 * another's response, by asking the origin. Thread-safe.
 */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  private final HttpCache cache;
  private final Tunnels tunnels;
  private final ClientStreams streams;
  private final OriginClient origin;
  private final Pseudonym pseudonym;

  Answering(ProxyContext context, ClientStreams streams, OriginClient origin) {
    this.cache = context.cache();
    this.tunnels = context.tunnels();
    this.streams = streams;
    this.origin = origin;
    this.pseudonym = context.pseudonym();
  }

  /** Answers a request by whatever the cache has planned for it. */
  void answer(ClientExchange client) {
    planFor(client.head()).whenComplete((plan, failure) -> carryOut(client, plan, failure));
  }

  /**
   * Fails only by its stage: the exchange is asynchronous already, and nobody else would end it.
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

  /** RFC 9110 §7.8: what can't be passed on is refused if the client could do nothing without. */
  void upgrade(ClientExchange client, Upgrade upgrade) {
    if (!streams.canSwitchProtocols()) {
      client.refuseAndClose(
          501, CacheOutcome.proxyMade(null, "upgrade"), "no WebSocket in a servlet container");
      return;
    }
    if (UpgradeAttempt.begin(tunnels, client)) {
      Plan.AskOrigin plan = cache.bypass(client.head());
      Fields forwarded = forwardedFields(client);
      UpgradeAttempt attempt = UpgradeAttempt.of(upgrade, tunnels, client);
      OriginExchange.upgrading(origin, cache, plan, client, forwarded, attempt).start();
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
        ArrivingAnswer.to(client, follow, origin.now(), origin.departures());
      } else if (plan instanceof Plan.Unanswered unanswered) {
        OriginFailure.of(unanswered.failure()).refuseToo(client, unanswered);
      } else if (plan instanceof Plan.AskOrigin ask) {
        Request.Content content = client.hasContent() ? new RelayedRequestContent(client) : null;
        exchange(client, ask, content).start();
      } else if (plan instanceof Plan.Refuse refusal) {
        client.refuse(refusal.status(), refusal.outcome(), refusal.text(), refusal.more());
      } else {
        throw new IllegalStateException("no plan", failure);
      }
    } catch (Throwable bug) {
      // The stage that has led here would keep it to itself, and the client would wait for ever.
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

  private OriginExchange exchange(
      ClientExchange client, Plan.AskOrigin ask, Request.@Nullable Content content) {
    try {
      Fields forwarded = forwardedFields(client);
      return new OriginExchange(origin, cache, ask, client, forwarded, content);
    } catch (RuntimeException | Error bug) {
      ask.discard();
      throw bug;
    }
  }

  /** Another request has been sent for the same: what comes of it leads to another plan. */
  private void await(ClientExchange client, Waiting waiting) {
    WaitingClient watched = new WaitingClient(client, waiting);
    origin.departures().watch(watched);
    waiting
        .outcome()
        .whenComplete(
            (plan, failure) -> {
              origin.departures().forget(watched);
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
    try {
      Fields forwarded = forwardedFields(client);
      CacheKey key = answer.response().key();
      BackgroundRefresh nobody = new BackgroundRefresh(failed -> cache.refreshEnded(key, failed));
      return new OriginExchange(origin, cache, plan, nobody, forwarded, null);
    } catch (RuntimeException | Error bug) {
      cache.refreshEnded(answer.response().key(), true);
      answer.discard();
      throw bug;
    }
  }
}
