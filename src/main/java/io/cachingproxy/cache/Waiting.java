package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
import io.cachingproxy.http.RequestHead;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for what another has been sent to the origin for. Thread-safe; whatever
 * ends the wait first counts.
 */
public final class Waiting {

  private final RequestHead request;
  private final Forward forward;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private final CompletionStage<Plan> outcome;

  /**
   * A wait that begins now.
   *
   * @param next the plan for when the wait has brought none
   * @param whenEnded hears once what came of it
   */
  Waiting(
      RequestHead request,
      Forward forward,
      Duration longest,
      Function<WaitOutcome, CompletionStage<Plan>> next,
      Consumer<WaitOutcome> whenEnded) {
    this.request = request;
    this.forward = forward;
    this.outcome =
        ending
            .orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(timeout -> new Ending(null, WaitOutcome.TIMEOUT))
            .thenCompose(
                end -> {
                  Plan plan = end.plan();
                  try {
                    whenEnded.accept(end.outcome());
                    if (plan == null) {
                      return next.apply(end.outcome());
                    }
                    return end.outcome() == WaitOutcome.FAILED
                        ? next.apply(end.outcome()).handle((again, bug) -> better(plan, again))
                        : CompletableFuture.completedFuture(plan);
                  } catch (RuntimeException | Error bug) {
                    if (plan != null) {
                      plan.discard();
                    }
                    throw bug;
                  }
                });
  }

  /** Meanwhile somebody else may have brought what the one waited for could not bring. */
  private static Plan better(Plan shared, @Nullable Plan again) {
    if (again instanceof Plan.Answer stored) {
      shared.discard();
      return stored;
    }
    if (again != null) {
      again.discard();
    }
    return shared;
  }

  private record Ending(@Nullable Plan plan, WaitOutcome outcome) {}

  RequestHead request() {
    return request;
  }

  Forward forward() {
    return forward;
  }

  boolean isOver() {
    return ending.isDone();
  }

  /**
   * Ends the wait.
   *
   * @param plan what to do now; null if that depends on the outcome alone
   * @return false if it was over already
   */
  boolean end(@Nullable Plan plan, WaitOutcome outcomeOfWait) {
    return ending.complete(new Ending(plan, outcomeOfWait));
  }

  /** What to do when the wait is over; completed once, on whatever thread ends it. */
  public CompletionStage<Plan> outcome() {
    return outcome;
  }

  /** The client has left: nobody is interested any more. */
  public void leave() {
    // The client may only have closed its side: then it can read why there is no answer.
    end(
        new Plan.Refuse(
            408,
            CacheOutcome.proxyMade(forward, "client-left").shared(),
            "the client closed its side of the connection"),
        WaitOutcome.LEFT);
  }
}
