package io.cachingproxy.proxy.origin;

import io.cachingproxy.proxy.relay.OriginFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A question to the origin that no client has chosen, asked when clients' requests go unanswered:
 * {@code OPTIONS *}, "only useful as a 'ping' or 'no-op' type of method" (RFC 9110 §9.3.7). Any
 * answer, whatever its status, says that the origin is there.
 */
final class OriginPing implements Response.Listener {

  /** Nobody has to work for the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final OriginGate gate;
  private final Scheduler.Task timer;
  private boolean answered;

  private OriginPing(OriginGate gate, Scheduler.Task timer) {
    this.gate = gate;
    this.timer = timer;
  }

  /**
   * Asks, unless that is being done already, and tells the gate what comes of it. The connection is
   * a new one beside those for requests: these may all be taken by the very silence that the
   * question is about, and one that was idle may have been closed just now.
   */
  static void send(OriginClient origin) {
    OriginGate gate = origin.gate();
    if (!gate.enterToPing()) {
      return;
    }
    OriginRequest request = origin.newPing();
    request.tag(OriginPing.class);
    // The timer bounds it: not the patience with other requests, which may be shorter.
    request.idleTimeout(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    Runnable giveUp = () -> request.abort(new TimeoutException("no answer"));
    Scheduler.Task timer = origin.schedule(giveUp, PATIENCE);
    try {
      request.send(new OriginPing(gate, timer));
    } catch (RuntimeException | Error notSent) {
      boolean unused = timer.cancel();
      gate.unasked();
    }
  }

  @Override
  public void onBegin(Response response) {
    answered = true;
    gate.answered();
  }

  @Override
  public void onComplete(Result result) {
    boolean unused = timer.cancel();
    boolean says = !answered && OriginGate.troubleOf(OriginFailure.of(result.getFailure())) != null;
    if (says) {
      gate.unanswered();
    } else {
      // Of doubts that have come up since, it says nothing.
      gate.unasked();
    }
  }
}
