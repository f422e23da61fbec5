package io.cachingproxy.store.memory;

import io.cachingproxy.store.Body;
import io.cachingproxy.store.JoinedBody;
import io.cachingproxy.store.PartialBody;
import io.cachingproxy.store.PartialResponse;
import io.cachingproxy.store.Stored;
import io.cachingproxy.store.StoredResponse;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The use of the arena by the content of a stored response, whether it is one body or in parts.
 * Pure.
 */
final class ArenaUse {

  private ArenaUse() {}

  /** The bytes it takes in the arena. */
  static long allocated(Stored stored) {
    return allocated(bodies(stored));
  }

  /** The bytes that bodies take in the arena. */
  static long allocated(List<Body> bodies) {
    long bytes = 0;
    for (int i = 0; i < bodies.size(); i++) {
      bytes += arenaBody(bodies.get(i)).allocated();
    }
    return bytes;
  }

  /** The part of {@link #allocated} that is also held by others than the store now. */
  static long held(Stored stored) {
    PartialBody parts = parts(stored);
    List<Body> bodies = bodies(stored);
    // Parts that have been joined into others since may still have readers of their own.
    if (parts != null && parts.isShared()) {
      return allocated(bodies);
    }
    long bytes = 0;
    for (int i = 0; i < bodies.size(); i++) {
      bytes += arenaBody(bodies.get(i)).held();
    }
    return bytes;
  }

  /** Whether all of it was allocated in that space. */
  static boolean isIn(Stored stored, BodySpace space) {
    return bodies(stored).stream().allMatch(body -> arenaBody(body).isIn(space));
  }

  /** Whether any of it lies in one of those segments of the arena. */
  static boolean touches(Stored stored, BitSet segments) {
    if (stored instanceof StoredResponse whole && whole.body() instanceof ArenaBody body) {
      // Compaction asks this of every stored response.
      return body.touches(segments);
    }
    return bodies(stored).stream().anyMatch(body -> touches(body, segments));
  }

  /** Whether any of a body lies in one of those segments of the arena. */
  static boolean touches(Body body, BitSet segments) {
    return arenaBody(body).touches(segments);
  }

  /** Whether both have the same content object, not a copy of it. */
  @SuppressWarnings("ReferenceEquality")
  static boolean isSameContent(Stored one, Stored other) {
    return content(one) == content(other);
  }

  private static Object content(Stored stored) {
    return stored instanceof PartialResponse partial
        ? partial.body()
        : ((StoredResponse) stored).body();
  }

  /** Its parts, even if they are complete; null if it is one body. */
  static @Nullable PartialBody parts(Stored stored) {
    if (stored instanceof PartialResponse partial) {
      return partial.body();
    }
    return ((StoredResponse) stored).body() instanceof JoinedBody joined ? joined.parts() : null;
  }

  /** The bodies that contain it. */
  static List<Body> bodies(Stored stored) {
    PartialBody parts = parts(stored);
    return parts == null ? List.of(((StoredResponse) stored).body()) : parts.bodies();
  }

  /**
   * The body as this store's own class.
   *
   * @throws IllegalArgumentException if it is a body of another kind of store
   */
  static ArenaBody arenaBody(Body body) {
    if (body instanceof ArenaBody own) {
      return own;
    }
    throw new IllegalArgumentException("a body that doesn't come from this store");
  }
}
