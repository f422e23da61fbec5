package io.cachingproxy.proxy.relay;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.FetchFailure;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.http.ProxyStatus;
import io.cachingproxy.proxy.request.Via;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
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

/**
 * Why a request got no usable response, and what the client is told (RFC 9110 §15.5.1, §15.5.9,
 * §15.6.3 to §15.6.5).
 */
public enum OriginFailure implements FetchFailure {
  /** The client aborted its content, or sent invalid content. */
  REQUEST_INCOMPLETE(
      400, "request-incomplete", "http_request_error", "the request's content is not complete"),
  /** The client's content stopped arriving. */
  REQUEST_TIMEOUT(
      408, "request-timeout", "http_request_error", "the request's content did not arrive in time"),
  /** With the fields this proxy adds, the request's head exceeds the limit. */
  REQUEST_TOO_LARGE(
      431, "request-too-large", "http_request_error", "the request's fields are too large"),
  /**
   * Too many requests are waiting for a connection to the origin, or this one has waited too long.
   */
  BUSY(503, "origin-busy", "connection_limit_reached", "too many requests wait for the origin"),
  /** The circuit breaker is open after recent failures, so the origin isn't asked. */
  UNAVAILABLE(
      503, "origin-unavailable", "destination_unavailable", "the origin is down at present"),
  /** The origin's name has no address. */
  UNKNOWN_HOST(502, "origin-unknown-host", "dns_error", "the origin's name can't be resolved"),
  /** The origin refused the connection. */
  REFUSED(502, "origin-refused", "connection_refused", "the origin refused the connection"),
  /** There is no route to the origin's address. */
  UNROUTABLE(
      502, "origin-unroutable", "destination_ip_unroutable", "there is no route to the origin"),
  /** The connection was not established in time. */
  CONNECT_TIMEOUT(504, "origin-timeout", "connection_timeout", "the origin did not answer in time"),
  /** The origin's certificate isn't trusted. */
  CERTIFICATE(
      502, "origin-tls", "tls_certificate_error", "no trusted TLS connection to the origin"),
  /** TLS failed for another reason. */
  TLS(502, "origin-tls", "tls_protocol_error", "no trusted TLS connection to the origin"),
  /** The origin did not answer in time. */
  TIMEOUT(504, "origin-timeout", "http_response_timeout", "the origin did not answer in time"),
  /** The origin's response was not valid HTTP. */
  INVALID(
      502, "origin-invalid-response", "http_protocol_error", "the origin sent an invalid response"),
  /** The origin's response was incomplete. */
  BROKEN_OFF(
      502, "origin-incomplete", "http_response_incomplete", "the origin's response broke off"),
  /** The client disconnected before it got its answer, or at least closed its sending side. */
  CLIENT_LEFT(
      408, "client-left", "http_request_error", "the client closed its side of the connection"),
  /** The origin closed or reset the connection before it answered. */
  CLOSED(
      502,
      "origin-closed",
      "connection_terminated",
      "the origin closed the connection without an answer");

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

  public static OriginFailure of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClientDisconnected) {
        return CLIENT_LEFT;
      }
      if (cause instanceof RejectedExecutionException || isWantOfResources(cause)) {
        return BUSY;
      }
      if (cause instanceof SocketTimeoutException) {
        return CONNECT_TIMEOUT;
      }
      if (cause instanceof TimeoutException) {
        return TIMEOUT;
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

  /** Whether this machine has run out of ports or files for connections: not the origin's fault. */
  private static boolean isWantOfResources(Throwable cause) {
    return cause instanceof BindException
        || (cause instanceof SocketException && "Too many open files".equals(cause.getMessage()));
  }

  private static boolean isOverCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GeneralSecurityException) {
        return true;
      }
    }
    return failure instanceof SSLPeerUnverifiedException;
  }

  /** Why the client's content is incomplete, which is not the origin's fault. */
  public static OriginFailure ofClient(Throwable failure) {
    return of(failure) == TIMEOUT ? REQUEST_TIMEOUT : REQUEST_INCOMPLETE;
  }

  /** The status that the client gets. */
  public int status() {
    return status;
  }

  /** Whether nothing at all was received from the origin. */
  boolean isUnreachable() {
    return switch (this) {
      case UNKNOWN_HOST, REFUSED, UNROUTABLE, CONNECT_TIMEOUT, TIMEOUT, CLOSED, UNAVAILABLE -> true;
      default -> false;
    };
  }

  /** Whether the client is told to retry soon (RFC 9110 §10.2.3). */
  public boolean isPassing() {
    return this == BUSY || this == UNAVAILABLE;
  }

  /** The reason as a token, for Cache-Status, metrics and events. */
  String token() {
    return token;
  }

  /** The Proxy-Status member for this failure, with an error type of RFC 9209 §2.3. */
  public ProxyStatus proxyStatus() {
    return new ProxyStatus(Via.PSEUDONYM, error);
  }

  /** The reason in a short sentence. */
  public String text() {
    return text;
  }

  /**
   * Whose fault it may be. If one request makes the origin crash, it looks like CLOSED or INVALID.
   */
  @Override
  public Cause cause() {
    return switch (this) {
      case REQUEST_INCOMPLETE, REQUEST_TIMEOUT, REQUEST_TOO_LARGE, CLIENT_LEFT -> Cause.CLIENT;
      case CLOSED, INVALID -> Cause.REQUEST;
      default -> Cause.ORIGIN;
    };
  }

  /** Answers with this failure. */
  public void refuse(Recipient client, @Nullable ForwardReason forward) {
    refuse(client, forward, false);
  }

  /**
   * Answers with this failure.
   *
   * @param mustBeValidated see {@link io.cachingproxy.cache.Plan.AskOrigin#mustBeValidated}
   */
  public void refuse(Recipient client, @Nullable ForwardReason forward, boolean mustBeValidated) {
    client.originFailed(this);
    client.refuse(status(mustBeValidated), CacheOutcome.proxyMade(forward, token), text);
  }

  @Override
  public Plan.Refuse refusal(@Nullable ForwardReason forward, boolean mustBeValidated) {
    Fields.Builder fields = Fields.builder();
    if (isPassing()) {
      fields.add("Retry-After", "1");
    }
    return new Plan.Refuse(
        status(mustBeValidated),
        CacheOutcome.proxyMade(forward, token).shared(),
        text,
        fields.add(ProxyStatus.FIELD, proxyStatus().print()).build());
  }

  /** RFC 9111 §5.2.2.2: "MUST generate an error response … SHOULD be 504". */
  private int status(boolean mustBeValidated) {
    return mustBeValidated && isUnreachable() ? 504 : status;
  }

  /** Whether it is worth a line in the log. Faults of clients are not. */
  public boolean isNews() {
    return this != UNAVAILABLE && cause() != Cause.CLIENT;
  }

  /** Short details for the log. Most of Jetty's own messages are too long: they dump its state. */
  public String detail(Throwable failure) {
    String detail =
        switch (this) {
          case INVALID -> reasonOf(failure);
          case CERTIFICATE, TLS, CONNECT_TIMEOUT, TIMEOUT -> failure.getMessage();
          default -> null;
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
