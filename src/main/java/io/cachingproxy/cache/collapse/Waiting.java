package io.cachingproxy.cache.collapse;

import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for what another has been sent to the origin for. Thread-safe; whatever
 * ends the wait first counts. It has no timer: whoever waits says when that takes too long.
 *
 * @param <A> what is to be done when the wait is over
 */
public final class Waiting<A extends Discardable> {

  private final RequestHead request;
  private final ForwardReason forward;
  private final CompletableFuture<Ending<A>> ending = new CompletableFuture<>();
  private final CompletionStage<A> outcome;

  /** Says what a request does when its wait is over. */
  public interface Next<A> {

    /**
     * What to do then.
     *
     * @param shared what the wait has brought, which is handed over; null if it has brought nothing
     */
    CompletionStage<A> after(WaitOutcome outcome, @Nullable A shared);
  }

  /**
   * A wait that begins now.
   *
   * @param forward why the request would have been sent to the origin
   * @param whenEnded hears once what came of it
   */
  Waiting(
      RequestHead request, ForwardReason forward, Next<A> next, Consumer<WaitOutcome> whenEnded) {
    this.request = request;
    this.forward = forward;
    this.outcome =
        ending.thenCompose(
            end -> {
              try {
                whenEnded.accept(end.outcome());
                return next.after(end.outcome(), end.shared());
              } catch (RuntimeException | Error bug) {
                if (end.shared() != null) {
                  end.shared().discard();
                }
                throw bug;
              }
            });
  }

  private record Ending<A>(WaitOutcome outcome, @Nullable A shared) {}

  /** The request that waits. */
  public RequestHead request() {
    return request;
  }

  /** Why it would have been sent to the origin. */
  public ForwardReason forward() {
    return forward;
  }

  boolean isOver() {
    return ending.isDone();
  }

  /**
   * Ends the wait.
   *
   * @param shared what it has brought; null if nothing
   * @return false if it was over already
   */
  boolean end(@Nullable A shared, WaitOutcome outcomeOfWait) {
    return ending.complete(new Ending<>(outcomeOfWait, shared));
  }

  /** What to do when the wait is over; completed once, on whatever thread ends it. */
  public CompletionStage<A> outcome() {
    return outcome;
  }

  /** The client has disconnected: nobody is interested any more. */
  public void leave() {
    end(null, WaitOutcome.LEFT);
  }

  /** The wait has taken too long. */
  public void timeOut() {
    end(null, WaitOutcome.TIMEOUT);
  }
}
