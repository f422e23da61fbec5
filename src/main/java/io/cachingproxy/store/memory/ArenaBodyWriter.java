package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.ArenaSegment.BLOCK;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Copies a body straight from the network's chunks into extents of the arena. */
final class ArenaBodyWriter implements BodyWriter {

  /** A body of unknown length doubles its memory, but grows by at most this many blocks (1 MiB). */
  private static final long MAX_GROWTH = (1 << 20) / BLOCK;

  private enum State {
    OPEN,
    COMPLETED,
    ABORTED
  }

  private final BodySpace space;
  private final long largest;
  private final long announced;
  private final Extents extents;

  /** Where the next byte goes: the index of the extent, and the offset in it. */
  private int extent;

  private int offset;

  private long length;
  private State state = State.OPEN;

  /**
   * Creates a writer for a body of unknown length, or of a length for which {@code extents}
   * suffice.
   *
   * @param largest the longest that the body may become
   * @param announced the exact length, or -1
   * @param extents allocated memory that the writer takes over
   */
  ArenaBodyWriter(BodySpace space, long largest, long announced, Extents extents) {
    this.space = space;
    this.largest = largest;
    this.announced = announced;
    this.extents = extents;
  }

  @Override
  public boolean append(ByteBuffer chunk) {
    if (state == State.COMPLETED) {
      throw new IllegalStateException("the body is complete");
    }
    int count = chunk.remaining();
    if (state == State.ABORTED || count > most() - length || !hasRoomFor(count)) {
      return false;
    }
    int from = chunk.position();
    int end = from + count;
    while (from < end) {
      long target = extents.get(extent);
      int part = Math.min(end - from, Extents.count(target) * BLOCK - offset);
      if (part == 0) {
        extent++;
        offset = 0;
      } else {
        space.arena().write(Extents.first(target), offset, chunk, from, part);
        offset += part;
        from += part;
      }
    }
    length += count;
    return true;
  }

  private long most() {
    return announced < 0 ? largest : announced;
  }

  @Override
  public boolean isTooLarge(long bytes) {
    return bytes > largest;
  }

  private boolean hasRoomFor(int count) {
    long needed = OffHeapArena.blocksFor(length + count) - extents.blocks();
    if (needed <= 0) {
      return true;
    }
    long mostUseful = OffHeapArena.blocksFor(most()) - extents.blocks();
    long generous = Math.min(mostUseful, Math.max(needed, Math.min(extents.blocks(), MAX_GROWTH)));
    return space.allocate(generous, extents)
        || (generous > needed && space.allocate(needed, extents));
  }

  @Override
  public ByteBuffer read(long first) {
    Objects.checkIndex(first, length);
    if (state == State.ABORTED) {
      throw new IllegalStateException("the memory was given back");
    }
    long skip = first;
    int i = 0;
    while (skip >= (long) Extents.count(extents.get(i)) * BLOCK) {
      skip -= (long) Extents.count(extents.get(i)) * BLOCK;
      i++;
    }
    long target = extents.get(i);
    long together = (long) Extents.count(target) * BLOCK - skip;
    int count = (int) Math.min(together, length - first);
    return space.arena().read(Extents.first(target), (int) skip, count);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Body complete() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the body is already " + state);
    }
    if (announced >= 0 && length != announced) {
      abort();
      throw new IllegalStateException(
          "a body of " + announced + " bytes was announced, but " + length + " came");
    }
    state = State.COMPLETED;
    space.giveBack(extents, extents.blocks() - OffHeapArena.blocksFor(length));
    space.arrived(extents.blocks());
    return new ArenaBody(space, extents, length);
  }

  @Override
  public void abort() {
    if (state == State.OPEN) {
      state = State.ABORTED;
      space.giveBack(extents, extents.blocks());
    }
  }
}
