package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.ArenaSegment.BLOCK;

import io.cachingproxy.store.Body;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A body in extents of the arena, freed when the last holder releases it. */
final class ArenaBody implements Body {

  private static final AtomicIntegerFieldUpdater<ArenaBody> HOLDS =
      AtomicIntegerFieldUpdater.newUpdater(ArenaBody.class, "holds");

  private static final int ARRAY = 16;

  private final BodySpace space;

  /** Almost always the only one; 0 for an empty body. */
  private final long firstExtent;

  private final long[] moreExtents;
  private final long length;
  private volatile int holds = 1;

  /** Takes over allocated extents; the caller gets the first hold. */
  ArenaBody(BodySpace space, Extents extents, long length) {
    this.space = space;
    this.firstExtent = extents.size() == 0 ? 0 : extents.get(0);
    this.moreExtents = extents.from(1);
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  /** Whether it was allocated in that space. */
  boolean isIn(BodySpace wanted) {
    return space == wanted;
  }

  /** The bytes it takes in the arena. */
  long allocated() {
    return OffHeapArena.blocksFor(length) * BLOCK;
  }

  /** The bytes it takes on the heap beyond a body of one extent; an upper estimate. */
  long heapBytes() {
    return moreExtents.length == 0 ? 0 : ARRAY + (long) Long.BYTES * moreExtents.length;
  }

  private int extents() {
    return Extents.count(firstExtent) == 0 ? 0 : 1 + moreExtents.length;
  }

  private long extent(int index) {
    return index == 0 ? firstExtent : moreExtents[index - 1];
  }

  /** All of {@link #allocated()} if anyone but the store holds it now, else 0. */
  long held() {
    return holds > 1 ? allocated() : 0;
  }

  /** Whether any extent lies in one of those segments of the arena. */
  boolean touches(BitSet segments) {
    for (int i = 0; i < extents(); i++) {
      if (segments.get(space.arena().segmentOf(extent(i)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<ByteBuffer> buffers() {
    return buffers(0, length);
  }

  @Override
  public List<ByteBuffer> buffers(long first, long count) {
    Objects.checkFromIndexSize(first, count, length);
    if (holds <= 0) {
      throw new IllegalStateException("the body is no longer held by anyone");
    }
    if (count == 0) {
      return List.of();
    }
    OffHeapArena arena = space.arena();
    if (moreExtents.length == 0) {
      return List.of(arena.read(Extents.first(firstExtent), (int) first, (int) count));
    }
    List<ByteBuffer> buffers = new ArrayList<>(extents());
    long skip = first;
    long rest = count;
    for (int i = 0; rest > 0; i++) {
      long size = (long) Extents.count(extent(i)) * BLOCK;
      if (skip < size) {
        int part = (int) Math.min(size - skip, rest);
        buffers.add(arena.read(Extents.first(extent(i)), (int) skip, part));
        rest -= part;
      }
      skip = Math.max(0, skip - size);
    }
    return buffers;
  }

  @Override
  public boolean tryRetain() {
    int now = holds;
    while (now > 0) {
      if (HOLDS.compareAndSet(this, now, now + 1)) {
        return true;
      }
      now = holds;
    }
    return false;
  }

  private void free() {
    for (int i = 0; i < extents(); i++) {
      space.free(extent(i));
    }
  }

  @Override
  public void release() {
    int now = holds;
    while (now > 0) {
      if (HOLDS.compareAndSet(this, now, now - 1)) {
        if (now == 1) {
          free();
        }
        return;
      }
      now = holds;
    }
    throw new IllegalStateException("the body was released more often than retained");
  }
}
