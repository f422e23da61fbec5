package io.cachingproxy.proxy;

import io.cachingproxy.http.RequestHead;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a request got no usable response, and what the client is told (RFC 9110 §15.5.1, §15.5.9,
 * §15.6.3 to §15.6.5).
 */
enum OriginFailure {
  /** The client broke its own content off, or what it sent was none. */
  REQUEST_INCOMPLETE(400, "request-incomplete", "the request's content is not complete"),
  /** The client did not go on with its content. */
  REQUEST_TIMEOUT(408, "request-timeout", "the request's content did not arrive in time"),
  /** Too many requests wait for a connection to it already. */
  BUSY(503, "origin-busy", "too many requests wait for the origin"),
  /** Its name has no address. */
  UNKNOWN_HOST(502, "origin-unknown-host", "the origin's name can't be resolved"),
  /** It does not take connections. */
  REFUSED(502, "origin-refused", "the origin refused the connection"),
  /** Its certificate isn't trusted, or TLS fails otherwise. */
  TLS(502, "origin-tls", "no trusted TLS connection to the origin"),
  /** It did not answer in time. */
  TIMEOUT(504, "origin-timeout", "the origin did not answer in time"),
  /** What it sent is not HTTP. */
  INVALID(502, "origin-invalid-response", "the origin sent an invalid response"),
  /** It closed or reset the connection before it had answered. */
  CLOSED(502, "origin-closed", "the origin closed the connection without an answer");

  private static final Logger LOG = LoggerFactory.getLogger(OriginFailure.class);

  private final int status;
  private final String token;
  private final String text;

  OriginFailure(int status, String token, String text) {
    this.status = status;
    this.token = token;
    this.text = text;
  }

  static OriginFailure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RejectedExecutionException) {
        return BUSY;
      }
      if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
        return TIMEOUT;
      }
      if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
        return UNKNOWN_HOST;
      }
      if (cause instanceof ConnectException) {
        return REFUSED;
      }
      if (cause instanceof SSLException) {
        return TLS;
      }
      if (cause instanceof HttpException) {
        return INVALID;
      }
    }
    return CLOSED;
  }

  /** Why the client's content did not come whole: nothing the origin could have helped. */
  static OriginFailure ofClient(Throwable failure) {
    return of(failure) == TIMEOUT ? REQUEST_TIMEOUT : REQUEST_INCOMPLETE;
  }

  /** The status the client gets. */
  int status() {
    return status;
  }

  /** Whether nothing was heard of the origin at all. */
  boolean isUnreachable() {
    return this == UNKNOWN_HOST || this == REFUSED || this == TIMEOUT || this == CLOSED;
  }

  /** The reason as a token, for Cache-Status, metrics and events. */
  String token() {
    return token;
  }

  /** The reason in a short sentence. */
  String text() {
    return text;
  }

  /** One line, no stack trace: it is the origin's trouble. What a client does is no news. */
  void log(RequestHead request, Throwable failure) {
    if (this == REQUEST_INCOMPLETE || this == REQUEST_TIMEOUT) {
      return;
    }
    LOG.warn("{} {}: {}{}", request.method(), request.target(), text, detail(failure));
  }

  /** What there is to add in few words; Jetty's own messages hold the state of half the program. */
  private String detail(Throwable failure) {
    String detail =
        switch (this) {
          case INVALID -> reasonOf(failure);
          case TLS, TIMEOUT -> failure.getMessage();
          case UNKNOWN_HOST, REFUSED, CLOSED, BUSY, REQUEST_INCOMPLETE, REQUEST_TIMEOUT -> null;
        };
    return detail == null ? "" : " (" + detail.lines().findFirst().orElse("") + ")";
  }

  private static @Nullable String reasonOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpException invalid) {
        return invalid.getReason();
      }
    }
    return null;
  }
}
