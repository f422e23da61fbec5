package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.client.ClientExchange;
import io.cachingproxy.proxy.client.ClientStream;
import io.cachingproxy.proxy.request.JettyFields;
import io.cachingproxy.rfc9111.TrailerSection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * The content of a client's request on its way to the origin: read from the client only as fast as
 * the origin takes it, never buffered as a whole.
 */
public final class RelayedRequestContent implements Request.Content {

  private final ClientStream stream;
  private final Content.Source source;
  private final long length;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Throwable clientFailure;
  private volatile boolean awaitingClient = true;
  private volatile boolean whole;
  private volatile @Nullable UploadRate rate;

  public RelayedRequestContent(ClientExchange client) {
    this.stream = client.stream();
    this.source = stream.requestContent();
    this.length = client.servletRequest().getContentLengthLong();
  }

  /**
   * The trailer section, known at the end of the content. Only content of unknown length can have
   * one (RFC 9112 §7.1.2). Null if there is none: then Jetty ends the content as usual.
   */
  @Nullable HttpFields trailers() {
    Fields trailers = TrailerSection.passedOn(stream.requestTrailers());
    return trailers.size() == 0 ? null : JettyFields.from(trailers);
  }

  /** Null, since the client's own Content-Type, if any, is among the fields. */
  @Override
  public @Nullable String getContentType() {
    return null;
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public Content.@Nullable Chunk read() {
    Throwable failed = failure;
    if (failed != null) {
      return Content.Chunk.from(failed, true);
    }
    Content.Chunk chunk = source.read();
    if (Content.Chunk.isFailure(chunk)) {
      clientFailure = chunk.getFailure();
    }
    if (chunk != null) {
      // Only now: until the read has returned something, the proxy is waiting for the client.
      awaitingClient = false;
      whole |= chunk.isLast();
      UploadRate watcher = rate;
      if (watcher != null) {
        watcher.arrived(chunk.remaining());
      }
    }
    return chunk;
  }

  /** Sets what watches the upload rate; to be called before the first read. */
  void watchedBy(UploadRate watcher) {
    rate = watcher;
  }

  /** Fails the content: it is incomplete, and is not waited for any longer. */
  void giveUp(Throwable reason) {
    clientFailure = reason;
    failure = reason;
  }

  /** Why the client's content is incomplete; null if that isn't known to have happened. */
  @Nullable Throwable clientFailure() {
    return clientFailure;
  }

  @Override
  public void demand(Runnable demandCallback) {
    awaitingClient = true;
    UploadRate watcher = rate;
    if (watcher != null) {
      watcher.awaiting();
    }
    source.demand(demandCallback);
  }

  /**
   * Whether the origin has taken everything the client has sent, and more is to come. True at
   * first: also until a client that expects a 100 has received it.
   */
  boolean isAwaitingClient() {
    return awaitingClient;
  }

  /** Whether all content has been read from the client. */
  boolean isWhole() {
    return whole;
  }

  /**
   * The origin takes no more content. The container is not told: the client's request has not
   * failed, and still gets its answer.
   */
  @Override
  public void fail(Throwable reason) {
    failure = reason;
  }

  @Override
  public boolean rewind() {
    return false;
  }
}
