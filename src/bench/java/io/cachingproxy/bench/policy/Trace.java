package io.cachingproxy.bench.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A sequence of requests for responses that have a size each. Responses are numbered from 0.
 *
 * @param name what it is called in the table
 * @param requests the number of the response asked for, in order
 * @param sizes the bytes of each response
 */
record Trace(String name, int[] requests, int[] sizes) {

  /**
   * Reads a file with a request in each line: a key, white space, and a size in bytes. A key has
   * the size with which it was first asked for.
   */
  static Trace read(Path file) throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    int[] requests = new int[1 << 16];
    int[] sizes = new int[1 << 16];
    int count = 0;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] parts = line.strip().split("\\s+", -1);
        if (parts.length < 2) {
          throw new IOException(file + ": a line needs a key and a size: " + line);
        }
        int known = numbers.size();
        int number = numbers.computeIfAbsent(parts[0], key -> known);
        if (number == known) {
          sizes = known == sizes.length ? Arrays.copyOf(sizes, 2 * known) : sizes;
          sizes[number] = size(file, parts[1]);
        }
        requests = count == requests.length ? Arrays.copyOf(requests, 2 * count) : requests;
        requests[count++] = number;
      }
    }
    return new Trace(
        String.valueOf(file.getFileName()),
        Arrays.copyOf(requests, count),
        Arrays.copyOf(sizes, numbers.size()));
  }

  private static int size(Path file, String text) throws IOException {
    try {
      return (int) Math.min(Integer.MAX_VALUE, Math.max(0, Long.parseLong(text)));
    } catch (NumberFormatException e) {
      throw new IOException(file + ": not a size: " + text, e);
    }
  }

  /** The bytes of all responses that are asked for, with {@code overhead} for each. */
  long workingSet(int overhead) {
    boolean[] seen = new boolean[sizes.length];
    long bytes = 0;
    for (int number : requests) {
      bytes += seen[number] ? 0 : (long) sizes[number] + overhead;
      seen[number] = true;
    }
    return bytes;
  }
}
