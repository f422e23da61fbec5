package io.cachingproxy.admin;

/** Whether a request may change things, and if not, why. */
enum Access {
  ALLOWED("allowed"),
  /** A browser sent it on behalf of a page of another site. */
  CROSS_SITE("cross-site requests are refused"),
  /** It comes neither from this machine nor with the right token. */
  NOT_LOCAL("allowed from this machine, or with the admin token"),
  /** It came to the clients' port without the right token. */
  NO_TOKEN("on this port the admin token is needed"),
  /** It came to the clients' port, and no token is configured. */
  OFF(
      "off on this port until there is an admin token: set the context parameter admin-token or CACHING_PROXY_ADMIN_TOKEN"),
  /** It comes from this machine, but a proxy forwarded it for someone else. */
  FORWARDED("a forwarded request needs the admin token"),
  /** It comes from this machine, but under a name that may be an attacker's (DNS rebinding). */
  FOREIGN_HOST("without the admin token, ask for localhost or an IP address");

  private final String reason;

  Access(String reason) {
    this.reason = reason;
  }

  /** The reason in one line, for the client. */
  String reason() {
    return reason;
  }
}
