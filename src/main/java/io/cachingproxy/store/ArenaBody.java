package io.cachingproxy.store;

import static io.cachingproxy.store.ArenaSegment.BLOCK;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A body in extents of the arena, freed when the last holder releases it. */
final class ArenaBody implements Body, ArenaUse {

  private static final AtomicIntegerFieldUpdater<ArenaBody> HOLDS =
      AtomicIntegerFieldUpdater.newUpdater(ArenaBody.class, "holds");

  private final BodySpace space;
  private final long[] extents;
  private final long length;
  private volatile int holds = 1;

  /** A body over allocated extents that it takes over, held once for the caller. */
  ArenaBody(BodySpace space, Extents extents, long length) {
    this.space = space;
    this.extents = extents.toArray();
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean isIn(BodySpace wanted) {
    return space == wanted;
  }

  @Override
  public long allocated() {
    return OffHeapArena.blocksFor(length) * BLOCK;
  }

  @Override
  public long heapBytes() {
    return (long) Long.BYTES * extents.length;
  }

  /** Whether any of it lies in one of those segments. */
  boolean touches(BitSet segments) {
    for (long extent : extents) {
      if (segments.get(space.arena().segmentOf(extent))) {
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
    if (extents.length == 1) {
      return List.of(arena.read(Extents.first(extents[0]), (int) first, (int) count));
    }
    List<ByteBuffer> buffers = new ArrayList<>(extents.length);
    long skip = first;
    long rest = count;
    for (int i = 0; rest > 0; i++) {
      long size = (long) Extents.count(extents[i]) * BLOCK;
      if (skip < size) {
        int part = (int) Math.min(size - skip, rest);
        buffers.add(arena.read(Extents.first(extents[i]), (int) skip, part));
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

  @Override
  public void release() {
    int now = holds;
    while (now > 0) {
      if (HOLDS.compareAndSet(this, now, now - 1)) {
        if (now == 1) {
          space.free(extents, allocated());
        }
        return;
      }
      now = holds;
    }
    throw new IllegalStateException("the body was released more often than retained");
  }
}
