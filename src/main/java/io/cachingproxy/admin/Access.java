package io.cachingproxy.admin;

/** Whether a request may change things, and if not, why. */
enum Access {
  ALLOWED("allowed"),
  /** A browser sent it on behalf of a page of some other site. */
  CROSS_SITE("cross-site requests are refused"),
  /** Neither from this machine nor with the right token. */
  NOT_LOCAL("allowed from this machine, or with the admin token"),
  /** On the port of the clients, without the right token. */
  NO_TOKEN("on this port the admin token is needed"),
  /** On the port of the clients, where there is no token. */
  OFF(
      "off on this port until there is an admin token: set the context parameter admin-token or CACHING_PROXY_ADMIN_TOKEN"),
  /** From this machine, but a proxy on it speaks for somebody else. */
  FORWARDED("a forwarded request needs the admin token"),
  /** From this machine, under a name that somebody's DNS may have given it. */
  FOREIGN_HOST("without the admin token, ask for localhost or an IP address");

  private final String reason;

  Access(String reason) {
    this.reason = reason;
  }

  /** For the client, in one line. */
  String reason() {
    return reason;
  }
}
