package io.cachingproxy.store.memory;

import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import io.cachingproxy.store.eviction.EvictionPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored responses of one key, complete ones and parts, most recently stored first, no two of
 * them with equal selecting fields. Immutable: a change creates a new object, along with the
 * responses it displaced. This is the value in the index, and the policy evicts all variants of a
 * key together.
 */
public final class Variants extends EvictionPolicy.Entry {

  /**
   * The most variants of a key: a look-up iterates over all of them, and an origin that varies on a
   * field with many values must not fill the store with one page.
   */
  static final int MAX = 64;

  /** The most recently stored one, which is almost always the only one. */
  private final Stored newest;

  /** All of them if there are several; empty otherwise. */
  private final List<Stored> several;

  private Variants(List<Stored> responses) {
    // Clients can predict String.hashCode, and the policy indexes tables by a few bits of the hash.
    super(responses.get(0).key().fingerprint().hashCode(), bytes(responses));
    this.newest = responses.get(0);
    this.several = responses.size() == 1 ? List.of() : List.copyOf(responses);
  }

  /**
   * The result of a change.
   *
   * @param variants null if none is left
   * @param replaced those that a newer one has replaced
   * @param dropped those that exceeded the maximum
   */
  record Change(@Nullable Variants variants, List<Stored> replaced, List<Stored> dropped) {}

  /** All of them, complete or not. */
  List<Stored> responses() {
    return several.isEmpty() ? List.of(newest) : several;
  }

  /** The complete ones. */
  List<StoredResponse> whole() {
    return only(StoredResponse.class);
  }

  /** The parts. */
  List<PartialResponse> parts() {
    return only(PartialResponse.class);
  }

  /** Usually all or none are of one kind: then no new list is created. */
  private <T extends Stored> List<T> only(Class<T> kind) {
    List<Stored> responses = responses();
    int count = 0;
    for (int i = 0; i < responses.size(); i++) {
      count += kind.isInstance(responses.get(i)) ? 1 : 0;
    }
    if (count == 0) {
      return List.of();
    }
    if (count == responses.size()) {
      @SuppressWarnings("unchecked") // each of them is one
      List<T> all = (List<T>) responses;
      return all;
    }
    return responses.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The primary cache key of all of them. */
  CacheKey key() {
    return newest.key();
  }

  private static long bytes(List<Stored> responses) {
    return responses.stream().mapToLong(Variants::bytes).sum();
  }

  /** A response's share of the limit, in bytes: its body as allocated, and its head. */
  static long bytes(Stored response) {
    return HeapCost.of(response) + ArenaUse.allocated(response);
  }

  /** The bytes in the arena that readers hold. */
  long heldBytes() {
    List<Stored> responses = responses();
    long bytes = 0;
    for (int i = 0; i < responses.size(); i++) {
      bytes += ArenaUse.held(responses.get(i));
    }
    return bytes;
  }

  /** Adds {@code newest} as the first, in place of those with equal selecting fields. */
  static Change with(@Nullable Variants before, Stored newest) {
    return place(before == null ? List.of() : before.responses(), newest);
  }

  /** That very response as it is stored now, perhaps moved; null if it isn't here. */
  @Nullable Stored current(Stored response) {
    for (Stored candidate : responses()) {
      if (candidate.isSameEntry(response)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * Replaces {@code current}, and any other variant with selecting fields equal to those of {@code
   * next}. {@code current} itself is not reported as replaced.
   */
  Change exchanged(Stored current, Stored next) {
    return place(others(current), next);
  }

  /** Removes {@code current}. */
  Change without(Stored current) {
    List<Stored> others = others(current);
    Variants left = others.isEmpty() ? null : new Variants(others);
    return new Change(left, List.of(), List.of());
  }

  private static Change place(List<Stored> others, Stored newest) {
    List<Stored> kept = new ArrayList<>(others.size() + 1);
    List<Stored> replaced = new ArrayList<>(1);
    kept.add(newest);
    for (Stored other : others) {
      (isSameVariant(other, newest) ? replaced : kept).add(other);
    }
    List<Stored> tooMany = kept.subList(Math.min(MAX, kept.size()), kept.size());
    List<Stored> dropped = List.copyOf(tooMany);
    tooMany.clear();
    return new Change(new Variants(kept), replaced, dropped);
  }

  private List<Stored> others(Stored current) {
    List<Stored> others = new ArrayList<>(responses());
    others.removeIf(current::isSameEntry);
    return others;
  }

  private static boolean isSameVariant(Stored one, Stored other) {
    return one.head().selecting().equals(other.head().selecting());
  }
}
