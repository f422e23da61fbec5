package io.cachingproxy.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * What is remembered of a key, or of other text that clients choose, in place of the text: 128 bits
 * of a hash whose key is drawn when the process starts. So it takes the same few bytes however long
 * the text is, tells nothing of it, and nobody can choose texts that fall together: neither two of
 * one fingerprint nor many that a hash map looks for in one place.
 *
 * <p>Two texts of one fingerprint are not expected before 2^64 have been seen; where that would
 * still do harm, the text itself is compared. Worth nothing outside this process.
 *
 * @param high the first half of the hash
 * @param low the other
 */
public record Fingerprint(long high, long low) {

  private static final SipHash HASH = seeded(new SecureRandom());

  private static SipHash seeded(SecureRandom random) {
    return new SipHash(random.nextLong(), random.nextLong());
  }

  /** The fingerprint of some texts in a row: {@code ("ab", "c")} isn't {@code ("a", "bc")}. */
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

  /** Every bit of it is as good as any other. */
  @Override
  public int hashCode() {
    return (int) low;
  }
}
