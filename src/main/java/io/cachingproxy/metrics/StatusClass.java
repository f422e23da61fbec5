package io.cachingproxy.metrics;

/** The class of a status code as a label value: one of six, whatever an origin sends. */
enum StatusClass {
  /** No final status: the connection was lost before. */
  NONE("none"),
  INFORMATIONAL("1xx"),
  SUCCESSFUL("2xx"),
  REDIRECTION("3xx"),
  CLIENT_ERROR("4xx"),
  SERVER_ERROR("5xx");

  private static final StatusClass[] VALUES = values();

  private final String label;

  StatusClass(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** The class of a status code; a code outside 100–599 has none (RFC 9110 §15). */
  static StatusClass of(int status) {
    return status >= 100 && status < 600 ? VALUES[status / 100] : NONE;
  }
}
