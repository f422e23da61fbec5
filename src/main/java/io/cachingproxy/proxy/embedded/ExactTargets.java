package io.cachingproxy.proxy.embedded;

import io.cachingproxy.proxy.request.Targets;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Restores the meaning of request targets that Jetty would change. An absolute form with {@code
 * https} received without TLS is refused (RFC 9110 §7.4): otherwise the client, not the connection,
 * would decide the scheme.
 *
 * <p>{@code OPTIONS *} (RFC 9112 §3.2.4), which Jetty can't map to a servlet, is routed to the
 * proxy servlet as {@code /}; the original target is kept in an attribute, where {@link Targets}
 * finds it.
 */
public final class ExactTargets implements HttpConfiguration.Customizer {

  @Override
  public Request customize(Request request, HttpFields.Mutable responseFields) {
    HttpURI uri = request.getHttpURI();
    if (HttpScheme.HTTPS.is(uri.getScheme()) && !request.getConnectionMetaData().isSecure()) {
      throw new HttpException.RuntimeException(
          HttpStatus.MISDIRECTED_REQUEST_421, "https without TLS");
    }
    refuseHalfAuthority(uri.getPath());
    if (!"*".equals(uri.getPath()) || !request.getMethod().equals("OPTIONS")) {
      return request;
    }
    request.setAttribute(Targets.EXACT_PATH, "*");
    HttpURI root = HttpURI.build(uri).path("/").asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpURI getHttpURI() {
        return root;
      }
    };
  }

  /** Jetty would later parse such a path as an authority, and fail if it is invalid. */
  private static void refuseHalfAuthority(@Nullable String path) {
    if (path != null && path.startsWith("//")) {
      try {
        HttpURI unused = HttpURI.from(path);
      } catch (IllegalArgumentException e) {
        throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, e.getMessage(), e);
      }
    }
  }
}
