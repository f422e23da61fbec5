package io.cachingproxy.proxy;

import java.io.IOException;

/** The client, and with it the last one who was interested, has closed its connection. */
final class ClientLeft extends IOException {

  private static final long serialVersionUID = 1L;

  ClientLeft() {
    super("nobody waits for the response any more");
  }
}
