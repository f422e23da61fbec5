package io.cachingproxy.proxy.origin;

import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads and drops the content of a response that nobody wants, so that its connection can be
 * reused. If that would take more than {@link #MAX_BYTES} or {@link #MAX_TIME}, a new connection is
 * cheaper, and this one is closed.
 */
final class Discard implements Invocable.Task {

  static final int MAX_BYTES = 64 * 1024;
  static final Duration MAX_TIME = Duration.ofSeconds(1);

  private final Response response;
  private final Content.Source content;
  private long read;
  private volatile boolean isOver;

  private Discard(Response response, Content.Source content) {
    this.response = response;
    this.content = content;
  }

  /** Starts reading; the response then completes or fails as usual. */
  static void start(OriginClient origin, Response response, Content.Source content) {
    Discard discard = new Discard(response, content);
    discard.run();
    if (!discard.isOver) {
      // Has no effect on a response that is complete by then.
      origin.schedule(discard::tooMuch, MAX_TIME);
    }
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = content.read();
      if (chunk == null) {
        content.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        isOver = true;
        return;
      }
      read += chunk.remaining();
      boolean last = chunk.isLast();
      chunk.release();
      if (last) {
        isOver = true;
        return;
      }
      if (read > MAX_BYTES) {
        tooMuch();
        return;
      }
    }
  }

  private void tooMuch() {
    response.abort(new IOException("the rest of the content is not wanted"));
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
