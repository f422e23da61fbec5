package io.cachingproxy.cache;

import io.cachingproxy.cache.CacheOutcome.Forward;
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

  private final CachePolicy policy;
  private final long stamp;
  private final Consumer<Flight> whenOver;
  private final List<Waiting> waiting = new ArrayList<>(0);
  private @Nullable Storing arriving;
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
    synchronized (this) {
      if (over) {
        return null;
      }
      request = begin.get();
      storing = arriving;
      if (storing == null) {
        waiting.add(request);
      }
    }
    if (storing != null) {
      settle(request, each -> follow(each, storing, now));
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
    waited.forEach(each -> settle(each, request -> follow(request, storing, asked)));
  }

  /** The origin has confirmed what is stored, or something stored stands in for its error. */
  void answers(Function<Waiting, @Nullable Plan> answer) {
    end().forEach(each -> settle(each, answer));
  }

  /** Nothing can be shared: whoever waits goes alone. */
  void lands() {
    end().forEach(each -> settle(each, request -> null));
  }

  /** The origin can't be asked at all, for nobody. */
  void fails(Function<Waiting, Plan> answer) {
    for (Waiting each : end()) {
      Plan plan = answer.apply(each);
      if (!each.end(plan, WaitOutcome.FAILED)) {
        plan.discard();
      }
    }
  }

  private List<Waiting> end() {
    List<Waiting> left;
    synchronized (this) {
      if (over) {
        return List.of();
      }
      over = true;
      arriving = null;
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

  private static void settle(Waiting each, Function<Waiting, @Nullable Plan> answer) {
    if (each.isOver()) {
      return;
    }
    Plan plan = answer.apply(each);
    if (!each.end(plan, plan == null ? WaitOutcome.ALONE : WaitOutcome.SHARED) && plan != null) {
      plan.discard();
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
    return usable && stored.tryRetain()
        ? answer(stored, Source.REVALIDATED, null, each.forward(), status, now)
        : null;
  }

  /** The plan to answer with what stands in for an origin that fails; null if it may not. */
  @Nullable Plan standIn(Waiting each, Stored stored, int status, Instant now) {
    RequestHead request = each.request();
    Reuse verdict = Reuse.whenOriginFails(request, stored.head(), now, status, policy);
    boolean usable =
        stored instanceof StoredResponse
            && stored.head().selecting().matches(request)
            && verdict.isUsable();
    return usable && stored.tryRetain()
        ? answer(stored, Source.STALE, verdict.token(), each.forward(), status, now)
        : null;
  }

  private static Plan.Answer answer(
      Stored stored,
      Source source,
      @Nullable String detail,
      Forward forward,
      int status,
      Instant now) {
    CacheOutcome outcome = CacheOutcome.fromStore(source, stored.head(), now, detail);
    return new Plan.Answer(stored, outcome.after(forward, status).shared(), null);
  }
}
