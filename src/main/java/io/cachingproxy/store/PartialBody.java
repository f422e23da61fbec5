package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Content with gaps: parts of a representation whose length is known, outside the heap, shared by
 * reference count like a {@link Body}, but of another type, so that it can't be taken for one.
 *
 * <p>Parts are joined without copying: the result shares the bodies it was made from. Whoever
 * creates a partial body, or calls {@link #tryRetain()} with success, must call {@link #release()}
 * exactly once. Otherwise immutable; thread-safe.
 */
public final class PartialBody {

  /** The most parts in one body, since every look-up iterates over them. */
  public static final int MAX_PARTS = 512;

  private final long completeLength;

  /** In ascending order, disjoint. */
  private final List<Part> parts;

  private final AtomicInteger holds = new AtomicInteger(1);

  /**
   * A part. Whoever created the list holds its body once.
   *
   * @param range its place in the representation
   * @param body contains its bytes
   * @param offset of its first byte in {@code body}
   */
  private record Part(ByteRange range, Body body, long offset) {

    /** The intersection with {@code other}, which must not be empty. */
    Part within(ByteRange other) {
      long first = Math.max(range.first(), other.first());
      long last = Math.min(range.last(), other.last());
      return new Part(new ByteRange(first, last), body, offset + first - range.first());
    }

    List<ByteBuffer> buffers() {
      return body.buffers(offset, range.length());
    }
  }

  private PartialBody(long completeLength, List<Part> parts) {
    this.completeLength = completeLength;
    this.parts = List.copyOf(parts);
  }

  /**
   * Creates a body with one part.
   *
   * @param range its place in a representation of {@code completeLength} bytes
   * @param body exactly its bytes; the hold is taken over
   */
  public static PartialBody of(ByteRange range, long completeLength, Body body) {
    if (body.length() != range.length() || range.last() >= completeLength) {
      throw new IllegalArgumentException(
          body.length() + " bytes for " + range.contentRange(completeLength));
    }
    return new PartialBody(completeLength, List.of(new Part(range, body, 0)));
  }

  /** The length of the whole representation in bytes. */
  public long completeLength() {
    return completeLength;
  }

  /** Whether no byte is missing. */
  public boolean isComplete() {
    return missing(ByteRange.all(completeLength)) == null;
  }

  /**
   * The smallest range that contains all missing bytes of {@code wanted}; null if none is missing.
   */
  public @Nullable ByteRange missing(ByteRange wanted) {
    long first = wanted.first();
    for (int i = 0; i < parts.size() && parts.get(i).range().first() <= first; i++) {
      first = Math.max(first, parts.get(i).range().last() + 1);
    }
    if (first > wanted.last()) {
      return null;
    }
    long last = wanted.last();
    for (int i = parts.size() - 1; i >= 0 && parts.get(i).range().last() >= last; i--) {
      last = Math.min(last, parts.get(i).range().first() - 1);
    }
    return new ByteRange(first, last);
  }

  /**
   * The bytes of a range without gaps, as read-only buffers in order, none of them empty; valid
   * only while the caller holds the body.
   */
  public List<ByteBuffer> buffers(ByteRange wanted) {
    if (holds.get() <= 0) {
      throw new IllegalStateException("the parts are no longer held by anyone");
    }
    if (wanted.last() >= completeLength || missing(wanted) != null) {
      throw new IndexOutOfBoundsException("not stored: " + wanted);
    }
    List<ByteBuffer> buffers = new ArrayList<>();
    for (Part part : parts) {
      if (part.range().overlaps(wanted)) {
        buffers.addAll(part.within(wanted).buffers());
      }
    }
    return buffers;
  }

  /**
   * Joins these parts with those of {@code other}, of the same representation (RFC 9111 §3.4);
   * bytes that both have are kept once. The result has a hold of its own, which the caller must
   * release.
   *
   * <p>If there are too many parts the smallest is dropped, preferring old ones among equals.
   *
   * @return null if either has been released by its last holder
   */
  public @Nullable PartialBody joinedWith(PartialBody other) {
    if (other.completeLength != completeLength) {
      throw new IllegalArgumentException("parts of different representations");
    }
    List<Part> joined = parts;
    for (Part part : other.parts) {
      joined = with(joined, part);
      if (joined.size() > MAX_PARTS) {
        joined.remove(leastUseful(joined, part.body()));
      }
    }
    for (int i = 0; i < joined.size(); i++) {
      if (!joined.get(i).body().tryRetain()) {
        joined.subList(0, i).forEach(part -> part.body().release());
        return null;
      }
    }
    return new PartialBody(completeLength, joined);
  }

  @SuppressWarnings("ReferenceEquality")
  private static Part leastUseful(List<Part> parts, Body added) {
    return Collections.min(
        parts,
        Comparator.comparingLong((Part part) -> part.range().length())
            .thenComparing(part -> part.body() == added));
  }

  /** Adds a part, trimmed to the bytes that are missing; parts that it contains are replaced. */
  private static List<Part> with(List<Part> parts, Part added) {
    List<Part> result = new ArrayList<>(parts.size() + 1);
    int place = 0;
    long first = added.range().first();
    long last = added.range().last();
    for (Part part : parts) {
      ByteRange range = part.range();
      if (added.range().contains(range) && !range.contains(added.range())) {
        continue;
      }
      result.add(part);
      if (range.first() <= added.range().first()) {
        place = result.size();
        first = Math.max(first, range.last() + 1);
      } else {
        last = Math.min(last, range.first() - 1);
      }
    }
    if (first > last) {
      // None of its bytes were missing.
      return parts;
    }
    result.add(place, added.within(new ByteRange(first, last)));
    return result;
  }

  /**
   * The complete body. It takes over the caller's hold.
   *
   * @throws IllegalArgumentException if bytes are missing
   */
  public Body complete() {
    return new JoinedBody(this);
  }

  /** Acquires another hold; false if the last holder has already released the parts. */
  public boolean tryRetain() {
    int now = holds.get();
    while (now > 0) {
      if (holds.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holds.get();
    }
    return false;
  }

  /** Releases one hold; throws {@link IllegalStateException} if there is none. */
  public void release() {
    int left = holds.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("the parts were released more often than retained");
    }
    if (left == 0) {
      parts.forEach(part -> part.body().release());
    }
  }

  /** Whether there is more than one hold. */
  public boolean isShared() {
    return holds.get() > 1;
  }

  /** The bodies that contain the parts, one for each part. Not held for the caller. */
  public List<Body> bodies() {
    return parts.stream().map(Part::body).toList();
  }

  /**
   * Copies some of the parts; those that can't be copied stay shared. The caller must hold these
   * parts. The result has a hold of its own, which the caller must release.
   *
   * @param which the bodies to copy
   * @param copy makes a body of the given bytes and their number; null if there is no room
   */
  public PartialBody copied(
      Predicate<Body> which, BiFunction<List<ByteBuffer>, Long, @Nullable Body> copy) {
    List<Part> moved = new ArrayList<>(parts.size());
    for (Part part : parts) {
      Body copied =
          which.test(part.body()) ? copy.apply(part.buffers(), part.range().length()) : null;
      if (copied != null) {
        moved.add(new Part(part.range(), copied, 0));
      } else if (part.body().tryRetain()) {
        moved.add(part);
      } else {
        throw new IllegalStateException("parts without a hold can't be copied");
      }
    }
    return new PartialBody(completeLength, moved);
  }
}
