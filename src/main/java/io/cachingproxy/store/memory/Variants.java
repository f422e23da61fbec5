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
 * The stored responses of one key, whole ones and parts, most recently stored first, no two of them
 * with equal selecting fields. Immutable; a change makes a new one and says which responses it
 * displaced. The index holds it, and the policy lets the variants of a key leave together.
 */
public final class Variants extends EvictionPolicy.Entry {

  /**
   * The most variants of a key: a reader looks at all of them, and an origin that varies by a field
   * of many values must not fill the store with one page.
   */
  static final int MAX = 64;

  /** The most recently stored one, which is almost always the only one. */
  private final Stored newest;

  /** All of them if there are several; empty otherwise. */
  private final List<Stored> several;

  private Variants(List<Stored> responses) {
    // Clients know the hash codes of strings, and the policy looks for keys by a few bits of these.
    super(responses.get(0).key().fingerprint().hashCode(), bytes(responses));
    this.newest = responses.get(0);
    this.several = responses.size() == 1 ? List.of() : List.copyOf(responses);
  }

  /**
   * Variants after a change.
   *
   * @param variants null if none is left
   * @param replaced those that a newer one took the place of
   * @param dropped those that were too many
   */
  record Change(@Nullable Variants variants, List<Stored> replaced, List<Stored> dropped) {}

  /** All of them, whole or not. */
  List<Stored> responses() {
    return several.isEmpty() ? List.of(newest) : several;
  }

  /** The whole ones. */
  List<StoredResponse> whole() {
    return only(StoredResponse.class);
  }

  /** The parts. */
  List<PartialResponse> parts() {
    return only(PartialResponse.class);
  }

  /** Most often all or none are of a kind: a look-up makes no list then. */
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

  /** What a response takes of the limit: its body as allocated, and its head. */
  static long bytes(Stored response) {
    return HeapCost.of(response) + ArenaUse.allocated(response);
  }

  /** What of them readers hold, in bytes of the arena. */
  long heldBytes() {
    List<Stored> responses = responses();
    long bytes = 0;
    for (int i = 0; i < responses.size(); i++) {
      bytes += ArenaUse.held(responses.get(i));
    }
    return bytes;
  }

  /** Puts {@code newest} before the others, in place of those with equal selecting fields. */
  static Change with(@Nullable Variants before, Stored newest) {
    return place(before == null ? List.of() : before.responses(), newest);
  }

  /** That very response as it is here now, moved perhaps; null if it isn't here. */
  @Nullable Stored current(Stored response) {
    for (Stored candidate : responses()) {
      if (candidate.isSameEntry(response)) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * Puts {@code next} in place of {@code current}, which is one of them, and of any other with
   * equal selecting fields; {@code current} doesn't count as replaced.
   */
  Change exchanged(Stored current, Stored next) {
    return place(others(current), next);
  }

  /** Takes one of them away. */
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
