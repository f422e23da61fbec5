package io.cachingproxy.proxy;

import io.cachingproxy.http.ProxyStatus;
import io.cachingproxy.http.RequestHead;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why the origin gave no usable response, and what the client is told (RFC 9110 §15.6.3, §15.6.5).
 */
enum OriginFailure {
  /** Its name has no address. */
  UNKNOWN_HOST(502, "origin-unknown-host", "dns_error", "the origin's name can't be resolved"),
  /** It does not take connections. */
  REFUSED(502, "origin-refused", "connection_refused", "the origin refused the connection"),
  /** There is no way to its address. */
  UNROUTABLE(
      502, "origin-unroutable", "destination_ip_unroutable", "there is no route to the origin"),
  /** It did not take the connection in time. */
  CONNECT_TIMEOUT(504, "origin-timeout", "connection_timeout", "the origin did not answer in time"),
  /** More requests wait for a connection than may. */
  TOO_MANY(503, "origin-busy", "connection_limit_reached", "too many requests wait for the origin"),
  /** Its certificate isn't trusted. */
  CERTIFICATE(
      502, "origin-tls", "tls_certificate_error", "no trusted TLS connection to the origin"),
  /** TLS fails otherwise. */
  TLS(502, "origin-tls", "tls_protocol_error", "no trusted TLS connection to the origin"),
  /** It did not answer in time. */
  TIMEOUT(504, "origin-timeout", "http_response_timeout", "the origin did not answer in time"),
  /** What it sent is not HTTP. */
  INVALID(
      502, "origin-invalid-response", "http_protocol_error", "the origin sent an invalid response"),
  /** It closed or reset the connection before it had answered. */
  CLOSED(
      502,
      "origin-closed",
      "connection_terminated",
      "the origin closed the connection without an answer");

  private static final Logger LOG = LoggerFactory.getLogger(OriginFailure.class);

  private final int status;
  private final String token;
  private final String error;
  private final String text;

  OriginFailure(int status, String token, String error, String text) {
    this.status = status;
    this.token = token;
    this.error = error;
    this.text = text;
  }

  static OriginFailure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return CONNECT_TIMEOUT;
      }
      if (cause instanceof TimeoutException) {
        return TIMEOUT;
      }
      if (cause instanceof RejectedExecutionException) {
        return TOO_MANY;
      }
      if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
        return UNKNOWN_HOST;
      }
      if (cause instanceof ConnectException) {
        return REFUSED;
      }
      if (cause instanceof NoRouteToHostException) {
        return UNROUTABLE;
      }
      if (cause instanceof SSLException) {
        return isOverCertificate(cause) ? CERTIFICATE : TLS;
      }
      if (cause instanceof HttpException) {
        return INVALID;
      }
    }
    return CLOSED;
  }

  private static boolean isOverCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        return true;
      }
    }
    return failure instanceof SSLPeerUnverifiedException;
  }

  /** The status the client gets. */
  int status() {
    return status;
  }

  /** The reason as a token, for Cache-Status, metrics and events. */
  String token() {
    return token;
  }

  /** What this proxy says of it in Proxy-Status: an error type of RFC 9209 §2.3. */
  ProxyStatus proxyStatus() {
    return new ProxyStatus(ForwardedFields.PSEUDONYM, error);
  }

  /** The reason in a short sentence. */
  String text() {
    return text;
  }

  /** One line, no stack trace: it is the origin's trouble. */
  void log(RequestHead request, Throwable failure) {
    LOG.warn("{} {}: {}{}", request.method(), request.target(), text, detail(failure));
  }

  /** What there is to add in few words; Jetty's own messages hold the state of half the program. */
  private String detail(Throwable failure) {
    String detail =
        switch (this) {
          case INVALID -> reasonOf(failure);
          case CERTIFICATE, TLS, CONNECT_TIMEOUT, TIMEOUT -> failure.getMessage();
          case UNKNOWN_HOST, REFUSED, UNROUTABLE, TOO_MANY, CLOSED -> null;
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
