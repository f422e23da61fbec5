package io.cachingproxy.proxy;

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

  /** Asks, if a connection may be had at once, and tells the gate what comes of it. */
  static void send(OriginClient origin) {
    OriginGate gate = origin.gate();
    if (!gate.enterToPing()) {
      gate.unasked();
      return;
    }
    OriginRequest request = origin.newPing();
    // The timer bounds it: not the patience with other requests, which may be shorter.
    request.idleTimeout(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    Runnable giveUp = () -> request.abort(new TimeoutException("no answer"));
    Scheduler.Task timer = origin.schedule(giveUp, PATIENCE);
    try {
      request.send(new OriginPing(gate, timer));
    } catch (RuntimeException notSent) {
      boolean unused = timer.cancel();
      gate.leave();
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
    gate.leave();
    if (!answered) {
      gate.unanswered();
    }
  }
}
