package io.cachingproxy.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 with 128 bits (Jean-Philippe Aumasson and Daniel J. Bernstein, <i>SipHash: a fast
 * short-input PRF</i>, 2012): without the key nobody can predict a hash, or choose messages whose
 * hashes, or parts of them, collide. Immutable and thread-safe.
 */
final class SipHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long key0;
  private final long key1;

  /** Creates the hash function of a key, given as two little-endian halves. */
  SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The hash of a message; its first eight bytes are {@code high}. */
  Fingerprint of(byte[] message) {
    State state = new State(key0, key1);
    int whole = message.length & -Long.BYTES;
    for (int at = 0; at < whole; at += Long.BYTES) {
      state.take((long) LONG.get(message, at));
    }
    long last = (long) message.length << 56;
    for (int at = whole; at < message.length; at++) {
      last |= (message[at] & 0xFFL) << Byte.SIZE * (at - whole);
    }
    state.take(last);
    return new Fingerprint(state.end(0xEE, 0), state.end(0, 0xDD));
  }

  /** The four words of state. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL ^ 0xEE;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void take(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    /** Finalises one half of the hash; each half has its own pair of constants. */
    long end(int first, int second) {
      v2 ^= first;
      v1 ^= second;
      round();
      round();
      round();
      round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
