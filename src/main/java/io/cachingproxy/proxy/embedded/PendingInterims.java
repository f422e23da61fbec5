package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.Fields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * The interim responses (RFC 9110 §15.2) on their way to one client: written one after the other in
 * the order they came, all of them before the final response.
 *
 * <p>Bounded: when a client takes them more slowly than the origin makes them, those that find
 * {@value #MAX_WAITING} waiting are dropped, since a client can do without any of them. A 100 is
 * dropped only if another waits: the client's content waits for one. And once the final response
 * has its turn, none follows it: that would be written into it, or into the next one's.
 *
 * <p>Thread-safe. What it runs, it runs without holding its monitor.
 */
final class PendingInterims {

  /** Sends one interim response; never while another is on its way. */
  @FunctionalInterface
  interface Sender {
    CompletionStage<?> send(int status, Fields fields);
  }

  private record Interim(int status, Fields fields, Runnable whenSent) {}

  private static final int MAX_WAITING = 32;

  private final Sender sender;
  private final Deque<Interim> waiting = new ArrayDeque<>();
  private boolean sending;
  private boolean isOver;
  private @Nullable Runnable finalResponse;

  PendingInterims(Sender sender) {
    this.sender = sender;
  }

  /**
   * Sends an interim response as soon as those before it are sent.
   *
   * @param whenSent runs when it was sent or dropped
   */
  void send(int status, Fields fields, Runnable whenSent) {
    boolean isFirst;
    boolean isDropped;
    synchronized (this) {
      isDropped = isOver || waiting.size() >= mostBefore(status);
      isFirst = !isDropped && !sending;
      if (!isDropped) {
        waiting.add(new Interim(status, fields, whenSent));
        sending = true;
      }
    }
    if (isDropped) {
      whenSent.run();
    } else if (isFirst) {
      next();
    }
  }

  /** One more for a 100: if that many wait, there is a 100 among them. */
  private static int mostBefore(int status) {
    return status == HttpStatus.CONTINUE_100 ? MAX_WAITING + 1 : MAX_WAITING;
  }

  /** Runs {@code write} when all interim responses are sent; one such at a time. */
  void thenRun(Runnable write) {
    synchronized (this) {
      isOver = true;
      if (sending) {
        finalResponse = write;
        return;
      }
    }
    write.run();
  }

  /** Sends the next one, or lets the final response go. */
  private void next() {
    Interim interim;
    Runnable write = null;
    synchronized (this) {
      interim = waiting.poll();
      if (interim == null) {
        sending = false;
        write = finalResponse;
        finalResponse = null;
      }
    }
    if (interim != null) {
      Runnable whenSent = interim.whenSent();
      // One that can't be sent doesn't matter: if the connection is gone, the final response meets
      // the same.
      start(interim)
          .whenComplete(
              (sent, failure) -> {
                whenSent.run();
                next();
              });
    } else if (write != null) {
      write.run();
    }
  }

  /** Whatever comes of it, those behind it have their turn. */
  private CompletionStage<?> start(Interim interim) {
    try {
      return sender.send(interim.status(), interim.fields());
    } catch (RuntimeException notSent) {
      return CompletableFuture.failedFuture(notSent);
    }
  }
}
