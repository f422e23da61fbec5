package io.cachingproxy.metrics;

/**
 * A request method as a label value. Clients may invent methods; unknown ones become {@link
 * #OTHER}, so that clients can't increase the number of series. Methods are case-sensitive (RFC
 * 9110 §9.1).
 */
enum MethodLabel {
  GET,
  HEAD,
  POST,
  PUT,
  DELETE,
  PATCH,
  OPTIONS,
  TRACE,
  CONNECT,
  OTHER;

  static MethodLabel of(String method) {
    return switch (method) {
      case "GET" -> GET;
      case "HEAD" -> HEAD;
      case "POST" -> POST;
      case "PUT" -> PUT;
      case "DELETE" -> DELETE;
      case "PATCH" -> PATCH;
      case "OPTIONS" -> OPTIONS;
      case "TRACE" -> TRACE;
      case "CONNECT" -> CONNECT;
      default -> OTHER;
    };
  }
}
