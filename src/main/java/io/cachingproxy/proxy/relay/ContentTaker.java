package io.cachingproxy.proxy.relay;

import org.eclipse.jetty.io.Content;

/** Whoever takes the content of the origin's response, piece by piece. */
public interface ContentTaker {

  /** Begins to take it. The source is read by the taker alone from now on. */
  void start(Content.Source source);

  /** The content will not come whole. Does nothing if it has. */
  void originFailed(Throwable failure);
}
