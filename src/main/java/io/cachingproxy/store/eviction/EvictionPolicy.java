package io.cachingproxy.store.eviction;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entry is evicted first: the one whose bytes are worth least. The worth of an entry
 * is that of Greedy-Dual-Size-Frequency (Ludmila Cherkasova, <i>Improving WWW Proxies Performance
 * with Greedy-Dual-Size-Frequency Caching Policy</i>, 1998) with another cost function:
 *
 * <pre>   clock when last used  +  uses · (1 / weight + 1 / even)</pre>
 *
 * <p>The clock is the worth of the last evicted entry, so entries that are no longer used fall
 * behind. {@code 1 / weight} values hits, whatever their size; {@code 1 / even} values bytes;
 * {@link Balance} favours hits as far as possible without hitting fewer bytes than LRU would.
 * {@link History} remembers evicted entries for a while, so that they regain their former uses when
 * they are added again, and a scan over many entries used once leaves no traces.
 *
 * <p>The entries form a heap ordered by a lower bound of their worth. A use writes two fields of
 * the entry and leaves the heap alone: since uses only increase the worth, an entry is repositioned
 * when it has come to the top. Adding, removing and evicting take O(log n) and one lock, uses none.
 *
 * <p>Thread-safe. No operation calls out, so all may be used within an operation on an index.
 *
 * @param <E> what is kept
 */
public final class EvictionPolicy<E extends EvictionPolicy.Entry> {

  /** Further uses don't count, so that entries which were popular once are evicted some day. */
  private static final int MAX_USES = 8;

  /**
   * What the first request for an entry counts, a little less than each use after it, so that
   * entries asked for only once leave sooner.
   */
  private static final double NO_USE = 0.75;

  /** How many entries are repositioned at most for one eviction. */
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

  /** What the policy knows of an entry. An entry belongs to the policy that it was added to. */
  public abstract static class Entry {
    private final int hash;
    private final long weight;
    private int uses;
    private double clock;
    private int position = NOWHERE;

    /**
     * Creates an entry without uses.
     *
     * @param hash a hash code of its key that outsiders can't predict
     * @param weight the bytes it takes in all; positive
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

    /** The bytes it takes in all. */
    public final long weight() {
      return weight;
    }
  }

  private final History history = new History();
  private final Balance balance = new Balance();
  private Entry[] heap = new Entry[LEAST_CAPACITY];

  /**
   * For each heap position the entry's worth when it was placed: a lower bound of its worth now.
   */
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

  /** Adds an entry that belongs to no policy. */
  public synchronized void add(E entry) {
    Entry added = entry;
    balance.added(added.hash, added.weight);
    added.uses = history.recall(added.hash, size) + 1;
    added.clock = clock;
    insert(added);
  }

  /**
   * Replaces an entry by one of the same key, which inherits its uses; adds it if there is none.
   */
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

  /** Removes an entry; false if it isn't here. */
  public synchronized boolean remove(E entry) {
    boolean removed = delete(entry);
    if (size == 0 && heap.length > LEAST_CAPACITY) {
      heap = new Entry[LEAST_CAPACITY];
      worth = new double[LEAST_CAPACITY];
    }
    return removed;
  }

  /**
   * Evicts the entry that is worth least.
   *
   * @param limit the bytes that all entries may take, for the comparison with LRU
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

  /** Adds an evicted entry that can't leave now, as if it had just been used. */
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
   * The entry that is worth least; or, if too many at the top of the heap have been used since they
   * were placed, the least of those.
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
