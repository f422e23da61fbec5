package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Source;
import io.cachingproxy.http.CacheGroup;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.Reuse;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
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
 * One request to the origin and those that wait for its response: "collapsed requests" (RFC 9111
 * §4). It is first asked, then perhaps arriving, and then over; it is never one of them again.
 *
 * <p>A response is shared only if it goes into the store, and so is good for others, and only with
 * requests that it could answer from there. All others go to the origin at once and in parallel.
 *
 * <p>Thread-safe. Waits are ended outside the lock.
 */
public final class Flight {

  private static final Logger LOG = LoggerFactory.getLogger(Flight.class);

  private final CachePolicy policy;
  private final long stamp;
  private final Consumer<Flight> whenOver;
  private final List<Waiting> waiting = new ArrayList<>(0);
  private @Nullable Storing arriving;
  private @Nullable Function<Waiting, @Nullable Plan> meanwhile;
  private boolean over;

  /**
   * A request that is about to be sent.
   *
   * @param stamp the time of {@link Purges} at which that is
   * @param whenOver runs once, when nobody can join any more
   */
  Flight(CachePolicy policy, long stamp, Consumer<Flight> whenOver) {
    this.policy = policy;
    this.stamp = stamp;
    this.whenOver = whenOver;
  }

  long stamp() {
    return stamp;
  }

  /** The groups of the response (RFC 9875), as far as they are known. */
  synchronized Set<CacheGroup> groups() {
    return arriving == null ? Set.of() : arriving.head().groups();
  }

  /** Whether anybody waits for the head of the response. */
  public synchronized boolean hasWaiting() {
    waiting.removeIf(Waiting::isOver);
    return !waiting.isEmpty();
  }

  /**
   * Lets a request wait, or share what is arriving.
   *
   * @param begin begins the wait
   * @return the wait; null if it is too late for one
   */
  @Nullable Waiting join(Supplier<Waiting> begin, Instant now) {
    Waiting request;
    Storing storing;
    Function<Waiting, @Nullable Plan> late;
    synchronized (this) {
      if (over) {
        return null;
      }
      request = begin.get();
      storing = arriving;
      late = meanwhile;
      if (storing == null) {
        waiting.add(request);
      }
    }
    if (storing != null) {
      settle(request, each -> follow(each, storing, now), WaitOutcome.SHARED);
    } else if (late != null) {
      offer(request, late);
    }
    return request;
  }

  /**
   * The response is on its way into the store.
   *
   * @param asked when the origin was asked: those who waited were there by then, so it is as fresh
   *     to them as it was when the origin made it
   */
  void arrives(Storing storing, Instant asked) {
    List<Waiting> waited;
    synchronized (this) {
      arriving = storing;
      waited = take();
    }
    waited.forEach(
        each -> settle(each, request -> follow(request, storing, asked), WaitOutcome.SHARED));
  }

  /**
   * The origin takes long. Those who wait, and those who come before it has answered, get what they
   * may have meanwhile; for the others nothing changes.
   *
   * @param answer what a request may have; null if nothing
   */
  void isLate(Function<Waiting, @Nullable Plan> answer) {
    List<Waiting> waited;
    synchronized (this) {
      if (over || arriving != null) {
        return;
      }
      meanwhile = answer;
      waited = List.copyOf(waiting);
    }
    waited.forEach(each -> offer(each, answer));
  }

  /** The origin has confirmed what is stored. */
  void answers(Function<Waiting, @Nullable Plan> answer) {
    end().forEach(each -> settle(each, answer, WaitOutcome.SHARED));
  }

  /** Nothing can be shared: whoever waits goes alone. */
  void lands() {
    end().forEach(each -> end(each, null, WaitOutcome.ALONE));
  }

  /** Nothing came of it that has to do with those who wait: one of them goes instead. */
  void goesAgain() {
    end().forEach(each -> end(each, null, WaitOutcome.AGAIN));
  }

  /**
   * The origin has failed.
   *
   * @param answer what a request gets instead; null if it has to go on its own
   */
  void fails(Function<Waiting, @Nullable Plan> answer) {
    end().forEach(each -> settle(each, answer, WaitOutcome.FAILED));
  }

  private List<Waiting> end() {
    List<Waiting> left;
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

  private List<Waiting> take() {
    List<Waiting> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  private static void settle(
      Waiting each, Function<Waiting, @Nullable Plan> answer, WaitOutcome outcome) {
    if (each.isOver()) {
      return;
    }
    Plan plan = planned(each, answer);
    end(each, plan, plan == null ? WaitOutcome.ALONE : outcome);
  }

  private static void offer(Waiting each, Function<Waiting, @Nullable Plan> answer) {
    Plan plan = each.isOver() ? null : planned(each, answer);
    if (plan != null) {
      end(each, plan, WaitOutcome.STALE);
    }
  }

  private static void end(Waiting each, @Nullable Plan plan, WaitOutcome outcome) {
    if (!each.end(plan, outcome) && plan != null) {
      plan.discard();
    }
  }

  /** What goes wrong with one of them must not keep the others waiting. */
  private static @Nullable Plan planned(Waiting each, Function<Waiting, @Nullable Plan> answer) {
    try {
      return answer.apply(each);
    } catch (RuntimeException | Error bug) {
      LOG.error("a request that waited can't be answered like the others", bug);
      return null;
    }
  }

  /** The plan to read what is arriving; null if it can't answer that request. */
  private Plan.@Nullable Follow follow(Waiting each, Storing storing, Instant asOf) {
    RequestHead request = each.request();
    StoredHead head = storing.head();
    if (request.fields().contains("Range")
        || !head.selecting().matches(request)
        || Preconditions.of(request, head) == Preconditions.PASS_ON
        || !Reuse.of(request, head, asOf, policy).isUsable()) {
      return null;
    }
    Arriving.Reader reader = storing.read();
    return reader == null
        ? null
        : new Plan.Follow(
            reader,
            head,
            storing.announced(),
            CacheOutcome.fromOrigin(each.forward(), head.status(), true, null).shared());
  }

  /**
   * The plan to answer with what the origin has confirmed; null if it can't answer that request.
   *
   * @param asked when the origin was asked
   */
  @Nullable Plan confirmed(Waiting each, Stored stored, int status, Instant asked, Instant now) {
    RequestHead request = each.request();
    boolean usable =
        stored instanceof StoredResponse
            && stored.head().selecting().matches(request)
            && Preconditions.of(request, stored.head()) != Preconditions.PASS_ON
            && Reuse.of(request, stored.head(), asked, policy).isUsable();
    if (!usable) {
      return null;
    }
    CacheOutcome outcome =
        CacheOutcome.fromStore(Source.REVALIDATED, stored.head(), now, null)
            .after(each.forward(), status)
            .shared();
    return stored.tryRetain() ? new Plan.Answer(stored, outcome, null) : null;
  }
}
