package io.cachingproxy.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Stands for a key, or another text that clients choose: 128 bits of a hash whose secret key is
 * drawn when the process starts. It has a fixed size, reveals nothing of the text, and nobody can
 * choose texts that collide, neither with equal fingerprints nor in the same bucket of a hash map.
 *
 * <p>No collision is expected before 2^64 texts; where one would still do harm, the texts
 * themselves are compared. Valid within this process only.
 *
 * @param high the first half of the hash
 * @param low the second half
 */
public record Fingerprint(long high, long low) {

  private static final SipHash HASH = seeded(new SecureRandom());

  private static SipHash seeded(SecureRandom random) {
    return new SipHash(random.nextLong(), random.nextLong());
  }

  /**
   * The fingerprint of a sequence of texts: {@code ("ab", "c")} differs from {@code ("a", "bc")}.
   */
  public static Fingerprint of(String... texts) {
    byte[][] parts = new byte[texts.length][];
    int length = 0;
    for (int i = 0; i < texts.length; i++) {
      parts[i] = texts[i].getBytes(StandardCharsets.UTF_8);
      length += Integer.BYTES + parts[i].length;
    }
    ByteBuffer message = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      message.putInt(part.length).put(part);
    }
    return HASH.of(message.array());
  }

  /** All bits of a fingerprint are equally good. */
  @Override
  public int hashCode() {
    return (int) low;
  }
}
