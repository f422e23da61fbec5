package io.cachingproxy.proxy.relay;

import org.eclipse.jetty.io.Content;

/** Consumes the content of the origin's response. */
public interface ContentTaker {

  /** Begins to consume the content. From now on only the taker reads from the source. */
  void start(Content.Source source);

  /** The content is incomplete. Does nothing if all of it has arrived. */
  void originFailed(Throwable failure);
}
