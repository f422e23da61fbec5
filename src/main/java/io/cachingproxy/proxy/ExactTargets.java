package io.cachingproxy.proxy;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Lets requests through to the proxy servlet whose target Jetty can map to no servlet: {@code
 * OPTIONS *} (RFC 9112 §3.2.4), and paths with more {@code ..} than segments. They take the way of
 * {@code /}; the target that was asked for is left in an attribute, where {@link Targets} finds it.
 */
public final class ExactTargets implements HttpConfiguration.Customizer {

  /**
   * The attribute with the path that was asked for, where it isn't that of the request. A constant
   * of the compiler: inside a WAR this class can't be loaded.
   */
  static final String PATH = "io.cachingproxy.proxy.ExactTargets.path";

  @Override
  public Request customize(Request request, HttpFields.Mutable responseFields) {
    HttpURI uri = request.getHttpURI();
    String path = uri.getPath();
    boolean isServerWide = "*".equals(path) && request.getMethod().equals("OPTIONS");
    if (!isServerWide
        && (path == null || !path.startsWith("/") || uri.getCanonicalPath() != null)) {
      return request;
    }
    request.setAttribute(PATH, path);
    HttpURI mapped = HttpURI.build(uri).path("/").query(uri.getQuery()).asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpURI getHttpURI() {
        return mapped;
      }
    };
  }
}
