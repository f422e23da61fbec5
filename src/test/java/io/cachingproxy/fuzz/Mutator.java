package io.cachingproxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes bytes that are almost right: one of the seeds, changed in a few places. The same random
 * numbers make the same bytes. Not thread-safe.
 */
final class Mutator {

  private static final int LONGEST = 1 << 17;

  /** What parsers of HTTP trip over. */
  private static final List<String> DICTIONARY =
      List.of(
          "\r\n",
          "\n",
          "\r",
          "\r\n\r\n",
          "\0",
          " ",
          "\t",
          ":",
          ";",
          ",",
          "=",
          "\"",
          "\\",
          "\\\"",
          "'",
          "(",
          ")",
          "*",
          "?",
          "@",
          "%",
          "%00",
          "%0d%0a",
          "%zz",
          "%",
          "/",
          "//",
          "/../",
          "#",
          "\u007f",
          "\u0080",
          "\u00ff",
          "\u00c3\u00a9",
          "-",
          "-1",
          "0",
          "00",
          "1",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999",
          "0\r\n\r\n",
          "5\r\n",
          "fffffffffffffffff\r\n",
          "ffffffff\r\n",
          "HTTP/1.1",
          "HTTP/1.0",
          "HTTP/2.0",
          " 200 OK\r\n",
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 304 x\r\n\r\n",
          "Content-Length: 5\r\n",
          "Content-Length: 0\r\n",
          "Content-Length: 99999\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Connection: close\r\n",
          "Connection: keep-alive\r\n",
          "Cache-Control: max-age=60\r\n",
          "Vary: *\r\n",
          "Vary: accept, x\r\n",
          "Trailer: x\r\n",
          "Expect: 100-continue\r\n",
          "Date: 0\r\n",
          "ETag: W/\"1\"\r\n",
          "bytes=0-",
          "bytes=-1",
          "bytes 0-0/1",
          "max-age=",
          "no-store",
          "stale-while-revalidate=9",
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "GET ",
          "PURGE ",
          "GET /clean HTTP/1.1\r\nHost: x\r\n\r\n");

  private final List<byte[]> seeds;
  private final Random random;

  Mutator(List<byte[]> seeds, Random random) {
    this.seeds = seeds;
    this.random = random;
  }

  /** Some bytes, the seeds themselves now and then. */
  byte[] next() {
    byte[] bytes = seed();
    for (int left = random.nextInt(5); left > 0; left--) {
      bytes = mutate(bytes);
    }
    return bytes.length > LONGEST ? Arrays.copyOf(bytes, LONGEST) : bytes;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] mutate(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int length = Math.min(bytes.length - from, random.nextInt(random.nextInt(4) == 0 ? 200 : 8));
    byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
    return switch (random.nextInt(9)) {
      case 0 -> join(bytes, from, from + length, new byte[0]);
      case 1 -> join(bytes, from, from, piece);
      case 2 -> join(bytes, from, from, repeated(piece));
      case 3 -> join(bytes, from, from, word());
      case 4 -> join(bytes, from, from + length, word());
      case 5 -> Arrays.copyOf(bytes, from);
      case 6 -> {
        byte[] other = seed();
        int begin = random.nextInt(other.length + 1);
        yield join(bytes, from, bytes.length, Arrays.copyOfRange(other, begin, other.length));
      }
      case 7 -> join(bytes, from, Math.min(from + 1, bytes.length), new byte[] {anyByte()});
      default -> flipped(bytes, from);
    };
  }

  private byte[] word() {
    String word = DICTIONARY.get(random.nextInt(DICTIONARY.size()));
    return word.getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte anyByte() {
    return (byte) random.nextInt(256);
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    if (at < copy.length) {
      copy[at] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private byte[] repeated(byte[] piece) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int left = random.nextInt(random.nextInt(8) == 0 ? 20_000 : 50); left > 0; left--) {
      all.writeBytes(piece);
      if (all.size() > LONGEST) {
        break;
      }
    }
    return all.toByteArray();
  }

  private static byte[] join(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, 0, from);
    all.writeBytes(between);
    all.write(bytes, to, bytes.length - to);
    return all.toByteArray();
  }
}
