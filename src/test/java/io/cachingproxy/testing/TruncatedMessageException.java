package io.cachingproxy.testing;

import java.io.EOFException;

/** The connection ended, or was reset, before the message was complete. */
public final class TruncatedMessageException extends EOFException {

  private static final long serialVersionUID = 1L;

  TruncatedMessageException(String what) {
    super(what);
  }
}
