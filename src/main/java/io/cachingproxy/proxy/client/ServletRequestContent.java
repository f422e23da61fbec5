package io.cachingproxy.proxy.client;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * A request's content on the Servlet API alone, read only on demand: the container reads from the
 * client no faster than the origin takes it.
 */
final class ServletRequestContent implements Content.Source, ReadListener {

  private static final int PIECE_BYTES = 16 * 1024;

  private final HttpServletRequest request;
  private @Nullable ServletInputStream input;
  private @Nullable Runnable demand;
  private @Nullable Throwable failure;
  private boolean arrived;

  ServletRequestContent(HttpServletRequest request) {
    this.request = request;
  }

  @Override
  public synchronized Content.@Nullable Chunk read() {
    if (failure != null) {
      return Content.Chunk.from(failure, true);
    }
    try {
      ServletInputStream stream = input;
      if (stream == null || !arrived) {
        return null;
      }
      if (stream.isFinished()) {
        return Content.Chunk.EOF;
      }
      // Cleared before isReady(), since the container may announce content from within that call.
      arrived = false;
      if (!stream.isReady()) {
        return null;
      }
      arrived = true;
      byte[] piece = new byte[PIECE_BYTES];
      int length = stream.read(piece);
      return length < 0
          ? Content.Chunk.EOF
          : Content.Chunk.from(ByteBuffer.wrap(piece, 0, length), false);
    } catch (IOException | IllegalStateException e) {
      failure = e;
      return Content.Chunk.from(e, true);
    }
  }

  @Override
  public void demand(Runnable callback) {
    Runnable now = null;
    synchronized (this) {
      demand = callback;
      if (input == null && failure == null) {
        try {
          ServletInputStream opened = request.getInputStream();
          input = opened;
          opened.setReadListener(this);
        } catch (IOException | IllegalStateException e) {
          failure = e;
        }
      }
      if (failure != null || arrived) {
        // Content that arrived between the last read and this demand has not been announced.
        now = takeDemand();
      }
    }
    if (now != null) {
      now.run();
    }
  }

  private @Nullable Runnable takeDemand() {
    Runnable taken = demand;
    demand = null;
    return taken;
  }

  private void wake() {
    Runnable taken;
    synchronized (this) {
      arrived = true;
      taken = takeDemand();
    }
    if (taken != null) {
      taken.run();
    }
  }

  @Override
  public void onDataAvailable() {
    wake();
  }

  @Override
  public void onAllDataRead() {
    wake();
  }

  @Override
  public void onError(Throwable error) {
    fail(error);
    wake();
  }

  @Override
  public synchronized void fail(Throwable error) {
    if (failure == null) {
      failure = error;
    }
  }
}
