package io.cachingproxy.cache.collapse;

import io.cachingproxy.http.CacheGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to the origin, the leader's, and those that wait for its response: "collapsed
 * requests" (RFC 9111 §4). It goes through its states once: first asked, then perhaps arriving,
 * then over.
 *
 * <p>A response is shared only if it is being stored, and only with requests that it could answer
 * from the store. All others go to the origin at once and in parallel. Functions passed in by the
 * caller decide which these are.
 *
 * <p>Thread-safe. Waits are ended outside the lock.
 *
 * @param <A> what a waiting request does after its wait
 */
public final class SharedFetch<A extends Discardable> {

  private static final Logger LOG = LoggerFactory.getLogger(SharedFetch.class);

  private static final SharedFetch<?> UNSHARED = ended();

  private final long stamp;
  private final Consumer<SharedFetch<A>> whenOver;
  private final List<Waiting<A>> waiting = new ArrayList<>(0);
  private @Nullable Arrival<A> arriving;
  private @Nullable Function<Waiting<A>, @Nullable A> meanwhile;
  private boolean over;

  /** What requests may share of an arriving response. */
  public interface Arrival<A extends Discardable> {

    /** The groups of the response (RFC 9875). */
    Set<CacheGroup> groups();

    /**
     * What a request does with it.
     *
     * @param asOf the time at which the response must be fresh enough for the request
     * @return null if it can't answer that request
     */
    @Nullable A answer(Waiting<A> request, Instant asOf);
  }

  /**
   * Creates a fetch for a request that is about to be sent.
   *
   * @param stamp the time of {@link io.cachingproxy.cache.purge.Purges} at that moment
   * @param whenOver runs once, when no further request can join
   */
  SharedFetch(long stamp, Consumer<SharedFetch<A>> whenOver) {
    this.stamp = stamp;
    this.whenOver = whenOver;
  }

  /** The fetch of a request that no other waits for. */
  @SuppressWarnings("unchecked") // nothing of any type is ever in it
  public static <A extends Discardable> SharedFetch<A> unshared() {
    return (SharedFetch<A>) UNSHARED;
  }

  private static SharedFetch<?> ended() {
    SharedFetch<Discardable> nobody = new SharedFetch<>(0, fetch -> {});
    nobody.endsUnshared();
    return nobody;
  }

  /** Whether other requests may have waited for it. */
  @SuppressWarnings("ReferenceEquality") // the one that stands for none
  public boolean isShared() {
    return this != UNSHARED;
  }

  long stamp() {
    return stamp;
  }

  /** The groups of the response (RFC 9875), as far as they are known. */
  synchronized Set<CacheGroup> groups() {
    return arriving == null ? Set.of() : arriving.groups();
  }

  /** Whether any request waits for the head of the response. */
  public synchronized boolean hasWaiting() {
    waiting.removeIf(Waiting::isOver);
    return !waiting.isEmpty();
  }

  /**
   * Lets a request wait, or share the arriving response.
   *
   * @param begin creates the wait
   * @return the wait; null if the fetch is over
   */
  @Nullable Waiting<A> join(Supplier<Waiting<A>> begin, Instant now) {
    Waiting<A> request;
    Arrival<A> arrival;
    Function<Waiting<A>, @Nullable A> late;
    synchronized (this) {
      if (over) {
        return null;
      }
      request = begin.get();
      arrival = arriving;
      late = meanwhile;
      if (arrival == null) {
        waiting.add(request);
      }
    }
    if (arrival != null) {
      settle(request, each -> arrival.answer(each, now), WaitOutcome.SHARED);
    } else if (late != null) {
      offer(request, late);
    }
    return request;
  }

  /**
   * Shares a response that is being stored.
   *
   * @param asked when the origin was asked: the waiting requests had arrived by then, so the
   *     response must be fresh for them as of that time
   */
  public void arrives(Arrival<A> arrival, Instant asked) {
    List<Waiting<A>> waited;
    synchronized (this) {
      if (over) {
        return;
      }
      arriving = arrival;
      waited = take();
    }
    waited.forEach(
        each -> settle(each, request -> arrival.answer(request, asked), WaitOutcome.SHARED));
  }

  /**
   * Offers stale responses, because the origin is slow: to waiting requests, and to those that join
   * before it has answered. Requests that may not have one continue to wait.
   *
   * @param answer what a request may have; null if nothing
   */
  public void isLate(Function<Waiting<A>, @Nullable A> answer) {
    List<Waiting<A>> waited;
    synchronized (this) {
      if (over || arriving != null) {
        return;
      }
      meanwhile = answer;
      waited = List.copyOf(waiting);
    }
    waited.forEach(each -> offer(each, answer));
  }

  /** Shares a stored response that the origin has confirmed. */
  public void answers(Function<Waiting<A>, @Nullable A> answer) {
    end().forEach(each -> settle(each, answer, WaitOutcome.SHARED));
  }

  /** Ends without sharing anything: each waiting request goes to the origin on its own. */
  public void endsUnshared() {
    end().forEach(each -> end(each, null, WaitOutcome.ALONE));
  }

  /**
   * Ends because of a failure that concerns only the leader: one of the waiting requests leads
   * instead.
   */
  public void goesAgain() {
    end().forEach(each -> end(each, null, WaitOutcome.AGAIN));
  }

  /**
   * Shares the origin's failure.
   *
   * @param answer what a request gets instead; null if it must go to the origin on its own
   */
  public void fails(Function<Waiting<A>, @Nullable A> answer) {
    end().forEach(each -> settle(each, answer, WaitOutcome.FAILED));
  }

  private List<Waiting<A>> end() {
    List<Waiting<A>> left;
    synchronized (this) {
      if (over) {
        return List.of();
      }
      over = true;
      arriving = null;
      meanwhile = null;
      left = take();
    }
    whenOver.accept(this);
    return left;
  }

  private List<Waiting<A>> take() {
    List<Waiting<A>> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  private static <A extends Discardable> void settle(
      Waiting<A> each, Function<Waiting<A>, @Nullable A> answer, WaitOutcome outcome) {
    if (each.isOver()) {
      return;
    }
    A planned = planned(each, answer);
    end(each, planned, planned == null ? WaitOutcome.ALONE : outcome);
  }

  private static <A extends Discardable> void offer(
      Waiting<A> each, Function<Waiting<A>, @Nullable A> answer) {
    A planned = each.isOver() ? null : planned(each, answer);
    if (planned != null) {
      end(each, planned, WaitOutcome.STALE);
    }
  }

  private static <A extends Discardable> void end(
      Waiting<A> each, @Nullable A planned, WaitOutcome outcome) {
    if (!each.end(planned, outcome) && planned != null) {
      planned.discard();
    }
  }

  /** A bug with one request must not keep the others waiting. */
  private static <A extends Discardable> @Nullable A planned(
      Waiting<A> each, Function<Waiting<A>, @Nullable A> answer) {
    try {
      return answer.apply(each);
    } catch (RuntimeException | Error bug) {
      LOG.error("a request that waited can't be answered like the others", bug);
      return null;
    }
  }
}
