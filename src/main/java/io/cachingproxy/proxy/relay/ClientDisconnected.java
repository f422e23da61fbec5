package io.cachingproxy.proxy.relay;

import java.io.IOException;

/** The client has disconnected, and no other client wants the response. */
public final class ClientDisconnected extends IOException {

  private static final long serialVersionUID = 1L;

  public ClientDisconnected() {
    super("nobody waits for the response any more");
  }
}
