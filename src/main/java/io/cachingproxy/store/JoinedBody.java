package io.cachingproxy.store;

import io.cachingproxy.http.ByteRange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** A complete body made of parts (RFC 9111 §3.4). Holding it holds the parts. */
public final class JoinedBody implements Body {

  private final PartialBody parts;

  /** Takes over the caller's hold on the parts. */
  JoinedBody(PartialBody parts) {
    if (!parts.isComplete()) {
      throw new IllegalArgumentException("some of the parts are missing");
    }
    this.parts = parts;
  }

  @Override
  public long length() {
    return parts.completeLength();
  }

  @Override
  public List<ByteBuffer> buffers() {
    return buffers(0, length());
  }

  @Override
  public List<ByteBuffer> buffers(long first, long count) {
    Objects.checkFromIndexSize(first, count, length());
    return count == 0 ? List.of() : parts.buffers(new ByteRange(first, first + count - 1));
  }

  @Override
  public boolean tryRetain() {
    return parts.tryRetain();
  }

  @Override
  public void release() {
    parts.release();
  }

  /** The parts that it is made of. */
  public PartialBody parts() {
    return parts;
  }
}
