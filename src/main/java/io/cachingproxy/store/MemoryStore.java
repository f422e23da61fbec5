package io.cachingproxy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in the memory of this process: an index, an {@link EvictionPolicy}, and bodies outside
 * the heap. What all take together, bodies still arriving included, never exceeds the limit.
 *
 * <p>The policy follows the index: what is put into the index is put into the policy within the
 * same operation. What the policy lets go is still in the index for a moment, and leaves unless it
 * has been replaced or removed meanwhile.
 *
 * <p>How a stored response leaves: the operation on the index that takes it out is atomic, and
 * hands it to exactly one thread; that thread alone accounts for it, releases the store's hold of
 * its body and tells the listener. Nothing of that happens inside an operation that could be
 * repeated.
 *
 * <p>What {@link #find} and {@link #findPartial} return is complete at once.
 */
public final class MemoryStore implements ResponseStore {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

  private static final CompletableFuture<List<StoredResponse>> NONE =
      CompletableFuture.completedFuture(List.of());

  private static final CompletableFuture<List<PartialResponse>> NO_PARTS =
      CompletableFuture.completedFuture(List.of());

  private final ConcurrentHashMap<CacheKey, Variants> index = new ConcurrentHashMap<>();
  private final EvictionPolicy<Variants> policy = new EvictionPolicy<>();
  private final Budget budget;
  private final OffHeapArena arena;
  private final BodySpace space;
  private final Compaction compaction;
  private final long maxObjectBytes;
  private final RemovalListener listener;
  private final AtomicLong responses = new AtomicLong();
  private volatile boolean closed;

  /**
   * An empty store. It takes memory as bodies come. If the JVM allows too little direct memory, the
   * limit is {@link DirectMemory#usable()}, with a warning in the log.
   *
   * @param limitBytes the most that responses, heads and overhead included, may take together
   * @param maxObjectBytes the length of the largest body to store
   * @param listener hears of each response that leaves, once; often within an operation of the
   *     index, so it must not call the store
   */
  public MemoryStore(long limitBytes, long maxObjectBytes, RemovalListener listener) {
    this(usable(limitBytes), maxObjectBytes, listener, new OffHeapArena(usable(limitBytes)));
    if (usable(limitBytes) < limitBytes) {
      LOG.warn(
          "The store keeps to {} bytes instead of {}: the JVM allows {} bytes of direct memory, see"
              + " -XX:MaxDirectMemorySize",
          usable(limitBytes),
          limitBytes,
          DirectMemory.maximum());
    }
  }

  private static long usable(long limitBytes) {
    return Math.min(limitBytes, DirectMemory.usable());
  }

  MemoryStore(long limitBytes, long maxObjectBytes, RemovalListener listener, OffHeapArena arena) {
    if (limitBytes <= 0 || maxObjectBytes < 0) {
      throw new IllegalArgumentException(
          "the limit must be positive, the largest object not negative");
    }
    this.listener = listener;
    this.maxObjectBytes = Math.min(maxObjectBytes, limitBytes);
    this.arena = arena;
    this.budget = new Budget(limitBytes, this.maxObjectBytes, this::evict);
    this.space = new BodySpace(arena, budget);
    this.compaction = new Compaction(arena, index.values(), this::newBody, this::exchange);
  }

  @Override
  public CompletableFuture<List<StoredResponse>> find(CacheKey key) {
    Variants variants = index.get(key);
    if (variants == null) {
      return NONE;
    }
    policy.used(variants);
    return CompletableFuture.completedFuture(variants.whole());
  }

  @Override
  public CompletableFuture<List<PartialResponse>> findPartial(CacheKey key) {
    // Whoever looks for parts has just looked for the whole: that is one use of the key, not two.
    Variants variants = index.get(key);
    List<PartialResponse> parts = variants == null ? List.of() : variants.parts();
    return parts.isEmpty() ? NO_PARTS : CompletableFuture.completedFuture(parts);
  }

  @Override
  public @Nullable BodyWriter newBody(long announcedLength) {
    if (closed || announcedLength > maxObjectBytes) {
      return null;
    }
    Extents extents = new Extents();
    if (announcedLength > 0 && !space.allocate(OffHeapArena.blocksFor(announcedLength), extents)) {
      return null;
    }
    return new ArenaBodyWriter(space, maxObjectBytes, announcedLength, extents);
  }

  @Override
  public @Nullable BodyWriter newPart(long length, long completeLength) {
    return completeLength > maxObjectBytes ? null : newBody(length);
  }

  @Override
  public void put(Stored response) {
    long head = HeapCost.of(response);
    long bytes = Variants.bytes(response);
    if (!ArenaUse.of(response).isIn(space)) {
      throw new IllegalArgumentException("a body of another store");
    }
    if (closed || !budget.takeForHead(head)) {
      response.release();
      listener.removed(closed ? Removal.CLEARED : Removal.SIZE, bytes);
      return;
    }
    List<Variants.Change> change = new ArrayList<>(1);
    index.compute(
        response.key(),
        (key, before) -> {
          // Accounted for before others can see it and take it out again.
          responses.incrementAndGet();
          budget.store(bytes);
          Variants.Change made = Variants.with(before, response);
          change.add(made);
          return follow(before, made.variants());
        });
    settle(change);
    aimArena();
    if (closed) {
      close();
    }
  }

  @Override
  public boolean replace(Stored old, Stored freshened) {
    if (!isSameContent(old, freshened)) {
      throw new IllegalArgumentException("a freshened response has the body of the old one");
    }
    return exchange(old, freshened);
  }

  @Override
  public boolean extend(PartialResponse old, Stored joined) {
    if (!ArenaUse.of(joined).isIn(space)) {
      throw new IllegalArgumentException("a body of another store");
    }
    if (closed || !exchange(old, joined)) {
      return false;
    }
    old.release();
    if (closed) {
      close();
    }
    return true;
  }

  /**
   * Puts one response in the place of another, whose bytes may be its own as well; false if that
   * one is gone, or there is no room for a larger head.
   */
  private boolean exchange(Stored old, Stored next) {
    if (!old.key().equals(next.key())) {
      throw new IllegalArgumentException("a response takes the place of another of the same key");
    }
    long growth = HeapCost.of(next) - HeapCost.of(old);
    if (growth > 0 && !budget.takeForHead(growth)) {
      return false;
    }
    long bytes = Variants.bytes(next) - Variants.bytes(old);
    List<Variants.Change> change = new ArrayList<>(1);
    index.computeIfPresent(
        old.key(),
        (key, before) -> {
          Variants.Change made = before.freshened(old, next);
          if (made == null) {
            return before;
          }
          budget.store(bytes);
          change.add(made);
          return follow(before, made.variants());
        });
    settle(change);
    boolean exchanged = !change.isEmpty();
    if (exchanged && growth < 0) {
      budget.give(-growth);
    } else if (!exchanged && growth > 0) {
      budget.give(growth);
    }
    return exchanged;
  }

  /**
   * Gives memory up that heads need now and bodies lie about in: what is in segments with little in
   * them is copied elsewhere. Copies some megabytes at most; to be called now and then, on a thread
   * that serves no requests, by one at a time.
   */
  public void compact() {
    aimArena();
    compaction.run();
  }

  @Override
  public void remove(Stored response) {
    List<Variants.Change> change = new ArrayList<>(1);
    index.computeIfPresent(
        response.key(),
        (key, before) -> {
          Variants.Change made = before.without(response);
          if (made == null) {
            return before;
          }
          change.add(made);
          return follow(before, made.variants());
        });
    if (!change.isEmpty()) {
      leave(response, Removal.INVALIDATED);
    }
  }

  @Override
  public void remove(CacheKey key) {
    leave(take(key), Removal.INVALIDATED);
  }

  @Override
  public Usage clear() {
    long count = 0;
    long bytes = 0;
    for (CacheKey key : index.keySet()) {
      Variants removed = take(key);
      if (removed != null) {
        count += removed.responses().size();
        bytes += leave(removed, Removal.CLEARED);
      }
    }
    return new Usage(count, bytes, budget.limit());
  }

  @Override
  public Usage usage() {
    return new Usage(responses.get(), budget.stored(), budget.limit());
  }

  /**
   * The bytes of the limit taken by bodies that are not stored: those still arriving, and those
   * that have left the store while readers hold them.
   */
  public long inFlightBytes() {
    return budget.inFlight();
  }

  /** The bytes of direct memory the store has taken from the JVM. */
  public long committedBytes() {
    return arena.committed();
  }

  /**
   * Removes everything and accepts nothing more. Memory goes back to the JVM as soon as no reader
   * holds a body in it.
   */
  @Override
  public void close() {
    closed = true;
    clear();
    arena.aim(0);
  }

  /** Tells the policy what takes the place of what in the index, and returns it. */
  private @Nullable Variants follow(@Nullable Variants before, @Nullable Variants after) {
    if (before == null && after != null) {
      policy.add(after);
    } else if (before != null && after != null) {
      policy.replace(before, after);
    } else if (before != null) {
      policy.remove(before);
    }
    return after;
  }

  private @Nullable Variants take(CacheKey key) {
    Variants taken = index.remove(key);
    if (taken != null) {
      policy.remove(taken);
    }
    return taken;
  }

  private boolean evict() {
    Variants victim = policy.evict(budget.storable());
    while (victim != null && !index.remove(victim.key(), victim)) {
      victim = policy.evict(budget.storable());
    }
    leave(victim, Removal.SIZE);
    return victim != null;
  }

  /** The bytes of heap that heads take, estimated on the safe side. */
  public long headBytes() {
    return Math.max(0, budget.used() - arena.used());
  }

  private void aimArena() {
    arena.aim(closed ? 0 : Math.max(1, budget.limit() - headBytes()));
  }

  private void settle(List<Variants.Change> changes) {
    for (Variants.Change change : changes) {
      change.replaced().forEach(response -> leave(response, Removal.REPLACED));
      change.dropped().forEach(response -> leave(response, Removal.VARIANTS));
    }
  }

  private long leave(@Nullable Variants variants, Removal cause) {
    long bytes = 0;
    if (variants != null) {
      for (Stored response : variants.responses()) {
        bytes += leave(response, cause);
      }
    }
    return bytes;
  }

  private long leave(Stored response, Removal cause) {
    long bytes = Variants.bytes(response);
    responses.decrementAndGet();
    budget.unstore(bytes);
    budget.give(HeapCost.of(response));
    response.release();
    listener.removed(cause, bytes);
    return bytes;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSameContent(Stored one, Stored other) {
    return ArenaUse.of(one) == ArenaUse.of(other);
  }
}
