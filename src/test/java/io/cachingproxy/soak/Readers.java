package io.cachingproxy.soak;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Clients that ask for pages as fast as they are answered, each on a connection of its own. */
final class Readers {

  private final int port;
  private final int count;

  Readers(int port, int count) {
    this.port = port;
    this.count = count;
  }

  /**
   * Asks until that many bytes of content have come, or there is no more time.
   *
   * @param targets the target of each request
   * @return the bytes that have come
   */
  long read(long bytes, BooleanSupplier hasTime, Supplier<String> targets) throws IOException {
    AtomicLong sum = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(
            threads.submit(
                () -> {
                  readOne(() -> sum.get() < bytes && hasTime.getAsBoolean(), targets, sum);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("after " + sum + " bytes", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
    return sum.get();
  }

  private void readOne(BooleanSupplier more, Supplier<String> targets, AtomicLong sum)
      throws IOException {
    byte[] buffer = new byte[64 << 10];
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
      socket.setTcpNoDelay(true);
      while (more.getAsBoolean()) {
        String head = "GET " + targets.get() + " HTTP/1.1\r\nHost: soak\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        sum.addAndGet(response(socket.getInputStream(), buffer));
      }
    }
  }

  /** Reads a response with a Content-Length, and tells its length. */
  private static long response(InputStream in, byte[] buffer) throws IOException {
    int filled = 0;
    int bodyAt = -1;
    String head = "";
    while (bodyAt < 0) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read < 0) {
        throw new EOFException("closed within a head: " + head);
      }
      filled += read;
      head = new String(buffer, 0, filled, StandardCharsets.ISO_8859_1);
      bodyAt = head.indexOf("\r\n\r\n");
    }
    if (!head.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("not a 200: " + head);
    }
    int lengthAt = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    long length = Long.parseLong(head.substring(lengthAt, head.indexOf("\r\n", lengthAt)));
    for (long rest = length - (filled - bodyAt - 4); rest > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(rest, buffer.length));
      if (read < 0) {
        throw new EOFException(rest + " bytes of a body are missing");
      }
      rest -= read;
    }
    return length;
  }
}
