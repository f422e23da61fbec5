package io.cachingproxy.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which failure is which, by its cause (RFC 9209 §2.3). */
final class OriginFailureTest {

  static List<Arguments> failures() {
    return List.of(
        Arguments.of(new UnknownHostException(), 502, "dns_error"),
        Arguments.of(new ConnectException(), 502, "connection_refused"),
        Arguments.of(new NoRouteToHostException(), 502, "destination_ip_unroutable"),
        Arguments.of(new SocketTimeoutException(), 504, "connection_timeout"),
        Arguments.of(new TimeoutException(), 504, "http_response_timeout"),
        Arguments.of(new RejectedExecutionException(), 503, "connection_limit_reached"),
        Arguments.of(new BindException("Cannot assign"), 503, "connection_limit_reached"),
        Arguments.of(new SocketException("Too many open files"), 503, "connection_limit_reached"),
        Arguments.of(new SSLException(new CertificateException()), 502, "tls_certificate_error"),
        Arguments.of(new SSLHandshakeException(""), 502, "tls_protocol_error"),
        Arguments.of(new HttpException.RuntimeException(400), 502, "http_protocol_error"),
        Arguments.of(new EOFException(), 502, "connection_terminated"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsKnownByItsCause(Exception cause, int status, String error) {
    for (Exception failure : List.of(cause, new IOException("while asking", cause))) {
      OriginFailure kind = OriginFailure.of(failure);
      assertThat(kind.status()).isEqualTo(status);
      assertThat(kind.proxyStatus().print()).isEqualTo("caching-proxy; error=" + error);
    }
  }

  /** What says that there is no connection is believed at once: it must be none of these. */
  @Test
  void whatTheClientDidIsAnsweredAsSuch() {
    assertThat(OriginFailure.ofClient(new IOException("closed")).status()).isEqualTo(400);
    assertThat(OriginFailure.ofClient(new TimeoutException("idle")).status()).isEqualTo(408);
  }
}
