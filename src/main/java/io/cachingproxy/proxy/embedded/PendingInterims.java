package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.Fields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * The interim responses (RFC 9110 §15.2) for one client: written one at a time, in order, all
 * before the final response.
 *
 * <p>Bounded: if the client reads more slowly than the origin sends, an interim response is dropped
 * when {@value #MAX_WAITING} are waiting already; a client can do without any of them. A 100 is
 * dropped only if another 100 is waiting, because the client may wait for one before it sends its
 * content. Nothing is sent once the final response has its turn, since it would end up inside that
 * response or the next.
 *
 * <p>Thread-safe. Callbacks run without the monitor held.
 */
final class PendingInterims {

  /** Sends one interim response; never called while another is being written. */
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
   * Sends an interim response after those before it.
   *
   * @param whenSent runs when it has been sent or dropped
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

  /** A 100 may exceed the limit by one: if more are waiting, one of them is a 100. */
  private static int mostBefore(int status) {
    return status == HttpStatus.CONTINUE_100 ? MAX_WAITING + 1 : MAX_WAITING;
  }

  /** Runs {@code write} once all interim responses are sent; only one may wait at a time. */
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

  /** Sends the next interim response, or starts the final one. */
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
      // A failure to send is ignored: if the connection is gone, the final response will fail as
      // well.
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

  /** Turns an exception into a failed stage, so that the next one is sent in any case. */
  private CompletionStage<?> start(Interim interim) {
    try {
      return sender.send(interim.status(), interim.fields());
    } catch (RuntimeException notSent) {
      return CompletableFuture.failedFuture(notSent);
    }
  }
}
