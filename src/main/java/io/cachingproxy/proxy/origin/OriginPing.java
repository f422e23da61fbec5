package io.cachingproxy.proxy.origin;

import io.cachingproxy.proxy.relay.OriginFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A request that no client has chosen, sent when clients' requests go unanswered: {@code OPTIONS
 * *}, "only useful as a 'ping' or 'no-op' type of method" (RFC 9110 §9.3.7). Any response, whatever
 * its status, shows that the origin is up.
 */
final class OriginPing implements Response.Listener {

  /** Ample, since the answer takes no work. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final OriginGate gate;
  private final Scheduler.Task timer;
  private boolean answered;

  private OriginPing(OriginGate gate, Scheduler.Task timer) {
    this.gate = gate;
    this.timer = timer;
  }

  /**
   * Sends a ping, unless one is pending, and reports its outcome to the gate. It uses a new
   * connection outside the limits: the others may all be blocked by the very silence in question,
   * and an idle one may just have been closed.
   */
  static void send(OriginClient origin) {
    OriginGate gate = origin.gate();
    if (!gate.enterToPing()) {
      return;
    }
    OriginRequest request = origin.newPing();
    request.tag(OriginPing.class);
    // The timer limits the ping, not the timeouts of other requests, which may be shorter.
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
      // Says nothing about doubts that have arisen since.
      gate.unasked();
    }
  }
}
