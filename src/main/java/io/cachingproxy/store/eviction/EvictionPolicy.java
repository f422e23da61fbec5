package io.cachingproxy.store.eviction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entry leaves first: the one whose bytes are worth least.
 *
 * <p>The worth of an entry is that of Greedy-Dual-Size-Frequency, aged by a clock:
 *
 * <pre>   clock when last used  +  uses · (1 / weight + 1 / even)</pre>
 *
 * <p>The clock is the worth of what left last, so whatever isn't used any more falls behind. {@code
 * 1 / weight} counts hits, whatever their size; {@code 1 / even} counts bytes; {@link Balance} puts
 * as much on hits as it can without fewer bytes being hit than LRU would. What left is {@linkplain
 * History remembered} for a while and is worth its former uses when it comes back, so that a scan
 * over many entries used once leaves no traces.
 *
 * <p>The entries are a heap ordered by a lower bound of their worth. A use writes two fields of the
 * entry and leaves the heap alone: worth only grows by uses, so an entry is put in its place when
 * it has come to the top. Adding, removing and evicting take O(log n) and one lock, uses none.
 *
 * <p>Thread-safe. An operation never calls out, so it may be done within one on an index.
 *
 * @param <E> what is kept
 */
public final class EvictionPolicy<E extends EvictionPolicy.Entry> {

  /** More uses than that are no better, so that what was once popular leaves some day. */
  private static final int MAX_USES = 8;

  /** What an entry is worth for having been added; its first use is worth twice that. */
  private static final double NO_USE = 0.75;

  /** So many entries at most are put in their place for one that is evicted. */
  private static final int MAX_UPDATES = 256;

  private static final int ARITY = 4;
  private static final int LEAST_CAPACITY = 64;
  private static final int NOWHERE = -1;

  private static final VarHandle USES;
  private static final VarHandle CLOCK;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      USES = lookup.findVarHandle(Entry.class, "uses", int.class);
      CLOCK = lookup.findVarHandle(Entry.class, "clock", double.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What the policy has to know of an entry. It is one policy's, from its adding on. */
  public abstract static class Entry {
    private final int hash;
    private final long weight;
    private int uses;
    private double clock;
    private int position = NOWHERE;

    /**
     * An entry without uses.
     *
     * @param hash a hash code of its key, which nobody outside can foresee
     * @param weight the bytes it takes, all told; positive
     */
    protected Entry(int hash, long weight) {
      if (weight <= 0) {
        throw new IllegalArgumentException("an entry takes some bytes");
      }
      this.hash = Balance.mix(hash);
      this.weight = weight;
    }

    public final int hash() {
      return hash;
    }

    /** The bytes it takes. */
    public final long weight() {
      return weight;
    }
  }

  private final History history = new History();
  private final Balance balance = new Balance();
  private Entry[] heap = new Entry[LEAST_CAPACITY];

  /** Of each entry in the heap what it was worth when it was put there: no more than now. */
  private double[] worth = new double[LEAST_CAPACITY];

  private int size;
  private long weight;
  private volatile double clock;

  /** Counts a use of an entry. Takes no lock and allocates nothing. */
  public void used(E entry) {
    Entry used = entry;
    int uses = (int) USES.getOpaque(used);
    if (uses < MAX_USES) {
      USES.setOpaque(used, uses + 1);
    }
    CLOCK.setOpaque(used, clock);
    balance.used(used.hash, used.weight);
  }

  /** Adds an entry that is in no policy. */
  public synchronized void add(E entry) {
    Entry added = entry;
    balance.added(added.hash, added.weight);
    added.uses = history.recall(added.hash, size) + 1;
    added.clock = clock;
    insert(added);
  }

  /** Puts an entry in the place of one of the same key, with its uses; or adds it. */
  public synchronized void replace(E old, E next) {
    Entry before = old;
    Entry after = next;
    if (!delete(before)) {
      add(next);
      return;
    }
    after.uses = (int) USES.getOpaque(before);
    after.clock = (double) CLOCK.getOpaque(before);
    insert(after);
  }

  /** Takes an entry out; false if it isn't here. */
  public synchronized boolean remove(E entry) {
    boolean removed = delete(entry);
    if (size == 0 && heap.length > LEAST_CAPACITY) {
      heap = new Entry[LEAST_CAPACITY];
      worth = new double[LEAST_CAPACITY];
    }
    return removed;
  }

  /**
   * Takes out the entry that is worth least.
   *
   * @param limit the bytes that entries may take, for comparison with LRU
   * @return null if there is none
   */
  public synchronized @Nullable E evict(long limit) {
    if (size == 0) {
      return null;
    }
    balance.evicting(limit);
    Entry victim = least();
    clock = Math.max(clock, worthOf(victim));
    delete(victim);
    history.remember(victim.hash, (int) USES.getOpaque(victim), size);
    @SuppressWarnings("unchecked") // only what is an E was added
    E evicted = (E) victim;
    return evicted;
  }

  /** Puts an entry back that was evicted and can't leave now: as if it had just been used. */
  public synchronized void putBack(E entry) {
    Entry back = entry;
    if (back.position == NOWHERE) {
      back.clock = clock;
      insert(back);
    }
  }

  /** The number of entries. */
  public synchronized int size() {
    return size;
  }

  /** The bytes that all entries take. */
  public synchronized long weight() {
    return weight;
  }

  /**
   * The entry that is worth least, or, if too many at the top of the heap have been used since they
   * were put there, the least of those.
   */
  private Entry least() {
    Entry least = heap[0];
    double leastWorth = Double.MAX_VALUE;
    for (int updates = 0; updates < MAX_UPDATES; updates++) {
      Entry top = heap[0];
      double now = worthOf(top);
      if (now <= worth[0]) {
        return top;
      }
      if (now < leastWorth) {
        least = top;
        leastWorth = now;
      }
      siftDown(0, top, now);
    }
    return least;
  }

  private double worthOf(Entry entry) {
    double uses = (int) USES.getOpaque(entry) - 1 + NO_USE;
    return (double) CLOCK.getOpaque(entry) + uses * (1.0 / entry.weight + balance.perByte());
  }

  private void insert(Entry entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
      worth = Arrays.copyOf(worth, 2 * size);
    }
    weight += entry.weight;
    siftUp(size++, entry, worthOf(entry));
  }

  private boolean delete(Entry entry) {
    int at = entry.position;
    if (at == NOWHERE) {
      return false;
    }
    entry.position = NOWHERE;
    weight -= entry.weight;
    Entry last = heap[--size];
    double lastWorth = worth[size];
    heap[size] = null;
    if (at < size) {
      siftDown(at, last, lastWorth);
      if (last.position == at) {
        siftUp(at, last, lastWorth);
      }
    }
    return true;
  }

  private void siftUp(int from, Entry entry, double entryWorth) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / ARITY;
      if (worth[parent] <= entryWorth) {
        break;
      }
      place(at, heap[parent], worth[parent]);
      at = parent;
    }
    place(at, entry, entryWorth);
  }

  private void siftDown(int from, Entry entry, double entryWorth) {
    int at = from;
    for (int first = ARITY * at + 1; first < size; first = ARITY * at + 1) {
      int least = first;
      int end = Math.min(first + ARITY, size);
      for (int child = first + 1; child < end; child++) {
        if (worth[child] < worth[least]) {
          least = child;
        }
      }
      if (worth[least] >= entryWorth) {
        break;
      }
      place(at, heap[least], worth[least]);
      at = least;
    }
    place(at, entry, entryWorth);
  }

  private void place(int at, Entry entry, double entryWorth) {
    heap[at] = entry;
    worth[at] = entryWorth;
    entry.position = at;
  }
}
