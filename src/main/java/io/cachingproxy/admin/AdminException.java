package io.cachingproxy.admin;

/** A request to a running proxy failed; the message is one line for the user. */
public final class AdminException extends Exception {

  private static final long serialVersionUID = 1L;

  AdminException(String message) {
    super(message);
  }
}
