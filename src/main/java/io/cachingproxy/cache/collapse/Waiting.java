package io.cachingproxy.cache.collapse;

import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.RequestHead;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for another request to the origin. Thread-safe; whatever ends the wait
 * first counts. It has no timer: the caller must call {@link #timeOut}.
 *
 * @param <A> what to do after the wait
 */
public final class Waiting<A extends Discardable> {

  private final RequestHead request;
  private final ForwardReason forward;
  private final CompletableFuture<Ending<A>> ending = new CompletableFuture<>();
  private final CompletionStage<A> outcome;

  /** Decides what a request does after its wait. */
  public interface Next<A> {

    /**
     * Decides what to do.
     *
     * @param shared the result of the wait, handed over; null if there is none
     */
    CompletionStage<A> after(WaitOutcome outcome, @Nullable A shared);
  }

  /**
   * Creates a wait that begins now.
   *
   * @param forward why the request would have been sent to the origin
   * @param whenEnded is told the outcome once
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

  /** The waiting request. */
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
   * @param shared its result; null if there is none
   * @return false if it was over already
   */
  boolean end(@Nullable A shared, WaitOutcome outcomeOfWait) {
    return ending.complete(new Ending<>(outcomeOfWait, shared));
  }

  /** What to do after the wait; completed once, on the thread that ends it. */
  public CompletionStage<A> outcome() {
    return outcome;
  }

  /** The client has disconnected. */
  public void leave() {
    end(null, WaitOutcome.LEFT);
  }

  /** The wait has taken too long. */
  public void timeOut() {
    end(null, WaitOutcome.TIMEOUT);
  }
}
