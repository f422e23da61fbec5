package io.cachingproxy.proxy.relay;

import java.io.IOException;

/** The client, and with it the last one who was interested, has closed its connection. */
public final class ClientDisconnected extends IOException {

  private static final long serialVersionUID = 1L;

  public ClientDisconnected() {
    super("nobody waits for the response any more");
  }
}
