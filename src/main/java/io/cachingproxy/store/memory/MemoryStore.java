package io.cachingproxy.store.memory;

import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import io.cachingproxy.store.eviction.EvictionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in the memory of this process: an index, an {@link EvictionPolicy}, and bodies outside
 * the heap. Everything together, including arriving bodies, never exceeds the limit.
 *
 * <p>The policy follows the index: entries are added to both within the same operation on the
 * index. An entry that the policy evicts is still in the index for a moment, and is removed from it
 * unless it was replaced or removed meanwhile.
 *
 * <p>How a stored response is removed: an atomic operation on the index takes it out and hands it
 * to exactly one thread; that thread alone accounts for it, releases the store's hold on its body
 * and tells the listener. None of that happens inside an operation that may be repeated.
 *
 * <p>{@link #find} and {@link #findPartial} return completed futures.
 */
public final class MemoryStore implements ResponseStore {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

  /** How many entries held by readers are skipped at most in search of one that can be evicted. */
  private static final int MAX_PASSED_OVER = 64;

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
   * Creates an empty store. It allocates memory as bodies arrive. If the JVM allows too little
   * direct memory, the limit is {@link DirectMemory#usable()}, with a warning in the log.
   *
   * @param limitBytes the limit for all responses together, heads and overhead included
   * @param maxObjectBytes the length of the largest body to store
   * @param listener is told once of each response that is removed; often within an operation on the
   *     index, so it must not call the store
   */
  public MemoryStore(long limitBytes, long maxObjectBytes, RemovalListener listener) {
    this(
        usable(limitBytes),
        maxObjectBytes,
        listener,
        new OffHeapArena(usable(limitBytes)),
        System::nanoTime);
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

  MemoryStore(
      long limitBytes,
      long maxObjectBytes,
      RemovalListener listener,
      OffHeapArena arena,
      LongSupplier nanos) {
    if (limitBytes <= 0 || maxObjectBytes < 0) {
      throw new IllegalArgumentException(
          "the limit must be positive, the largest object not negative");
    }
    this.listener = listener;
    this.maxObjectBytes = Math.min(maxObjectBytes, limitBytes);
    this.arena = arena;
    this.budget = new Budget(limitBytes, this.maxObjectBytes, this::evict);
    this.space = new BodySpace(arena, budget, nanos);
    this.compaction =
        new Compaction(
            arena,
            index.values(),
            this::newBody,
            (old, moved) -> exchange(old, now -> moved) != null);
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
    // A look-up of parts always follows one of the whole response: that is one use of the key.
    Variants variants = index.get(key);
    List<PartialResponse> parts = variants == null ? List.of() : variants.parts();
    return parts.isEmpty() ? NO_PARTS : CompletableFuture.completedFuture(parts);
  }

  @Override
  public boolean isTooLarge(long length) {
    return length > maxObjectBytes;
  }

  @Override
  public @Nullable BodyWriter newBody(long announcedLength) {
    if (closed || isTooLarge(announcedLength)) {
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
    return isTooLarge(completeLength) ? null : newBody(length);
  }

  @Override
  public void put(Stored response) {
    putUnless(response, whole -> false);
  }

  @Override
  public boolean putUnless(Stored response, Predicate<StoredResponse> stays) {
    long head = HeapCost.of(response);
    long bytes = Variants.bytes(response);
    if (!ArenaUse.isIn(response, space)) {
      throw new IllegalArgumentException("a body of another store");
    }
    if (closed || !budget.takeForHead(head)) {
      response.release();
      listener.removed(closed ? Removal.CLEARED : Removal.SIZE, bytes);
      return true;
    }
    List<Variants.Change> change = new ArrayList<>(1);
    index.compute(
        response.key(),
        (key, before) -> {
          if (before != null && before.whole().stream().anyMatch(stays)) {
            return before;
          }
          // Accounted for before other threads can see it and remove it again.
          responses.incrementAndGet();
          budget.store(bytes);
          Variants.Change made = Variants.with(before, response);
          change.add(made);
          return follow(before, made.variants());
        });
    if (change.isEmpty()) {
      budget.give(head);
      return false;
    }
    settle(change);
    aimArena();
    if (closed) {
      close();
    }
    return true;
  }

  @Override
  public boolean replace(Stored old, Stored freshened) {
    if (!ArenaUse.isSameContent(old, freshened)) {
      throw new IllegalArgumentException("a freshened response has the body of the old one");
    }
    return exchange(
            old,
            now ->
                ArenaUse.isSameContent(now, freshened)
                    ? freshened
                    : now.withHead(freshened.head(), freshened.stamp()))
        != null;
  }

  @Override
  public boolean extend(PartialResponse old, Stored joined) {
    if (!ArenaUse.isIn(joined, space)) {
      throw new IllegalArgumentException("a body of another store");
    }
    Stored replaced = closed ? null : exchange(old, now -> joined);
    if (replaced == null) {
      return false;
    }
    replaced.release();
    if (closed) {
      close();
    }
    return true;
  }

  /**
   * Replaces a response by another, which may have the same content.
   *
   * @param successor creates it from the one that is stored now; pure
   * @return the replaced response, which the caller must release unless its content stays; null if
   *     it is no longer stored, or there is no room for a larger head
   */
  private @Nullable Stored exchange(Stored old, UnaryOperator<Stored> successor) {
    Stored expected = successor.apply(old);
    if (!old.key().equals(expected.key())) {
      throw new IllegalArgumentException("a response takes the place of another of the same key");
    }
    long taken = Math.max(0, HeapCost.of(expected) - HeapCost.of(old));
    if (taken > 0 && !budget.takeForHead(taken)) {
      return null;
    }
    List<Stored> exchanged = new ArrayList<>(2);
    List<Variants.Change> change = new ArrayList<>(1);
    index.computeIfPresent(
        old.key(),
        (key, before) -> {
          Stored current = before.current(old);
          if (current == null) {
            return before;
          }
          Stored next = successor.apply(current);
          budget.store(Variants.bytes(next) - Variants.bytes(current));
          Variants.Change made = before.exchanged(current, next);
          exchanged.addAll(List.of(current, next));
          change.add(made);
          return follow(before, made.variants());
        });
    settle(change);
    if (exchanged.isEmpty()) {
      budget.give(taken);
      return null;
    }
    budget.give(taken - HeapCost.of(exchanged.get(1)) + HeapCost.of(exchanged.get(0)));
    return exchanged.get(0);
  }

  /**
   * Frees memory that heads need but scattered bodies occupy, by copying the content of sparsely
   * used segments; and asks the JVM again for memory that it refused. Copies a few megabytes at
   * most. To be called periodically, by one thread at a time, which must serve no requests.
   */
  public void compact() {
    if (!closed) {
      space.recover();
    }
    aimArena();
    compaction.run();
  }

  @Override
  public void remove(Stored response) {
    List<Stored> removed = new ArrayList<>(1);
    index.computeIfPresent(
        response.key(),
        (key, before) -> {
          Stored current = before.current(response);
          if (current == null) {
            return before;
          }
          removed.add(current);
          return follow(before, before.without(current).variants());
        });
    removed.forEach(taken -> leave(taken, Removal.INVALIDATED));
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
   * The bytes of bodies that are not stored: those still arriving, and those removed from the store
   * while readers hold them.
   */
  public long inFlightBytes() {
    return budget.inFlight();
  }

  /** The bytes of bodies removed from the store while readers hold them. */
  public long onlyReadBytes() {
    return budget.onlyRead();
  }

  /**
   * How often memory has been short since the start: it was refused, or stored responses were
   * evicted while readers held more than a quarter of the limit for removed ones. Monotonic.
   */
  public long shortages() {
    return budget.shortages();
  }

  /** How often the JVM has refused direct memory since the start. Monotonic. */
  public long allocationFailures() {
    return arena.failures();
  }

  /** The bytes of direct memory allocated from the JVM. */
  public long committedBytes() {
    return arena.committed();
  }

  /**
   * Removes everything and accepts nothing more. Memory is freed as soon as no reader holds a body
   * in it.
   */
  @Override
  public void close() {
    closed = true;
    clear();
    arena.aim(0);
  }

  /** Applies a change of the index to the policy, and returns {@code after}. */
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
    int passedOver = 0;
    Variants victim = policy.evict(budget.storable());
    while (victim != null) {
      long held = victim.heldBytes();
      if (held > 0 && !budget.mayBecomeOnlyRead(held)) {
        putBack(victim);
        if (++passedOver == MAX_PASSED_OVER) {
          return false;
        }
      } else if (index.remove(victim.key(), victim)) {
        leave(victim, Removal.SIZE);
        return true;
      }
      victim = policy.evict(budget.storable());
    }
    return false;
  }

  /** Returns an entry to the policy because readers hold it: evicting it would free nothing. */
  private void putBack(Variants held) {
    index.computeIfPresent(
        held.key(),
        (key, now) -> {
          if (isSame(now, held)) {
            policy.putBack(held);
          }
          return now;
        });
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Variants one, Variants other) {
    return one == other;
  }

  /** The bytes of heap that heads take; an upper estimate. */
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
}
