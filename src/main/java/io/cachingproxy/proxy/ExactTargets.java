package io.cachingproxy.proxy;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Lets {@code OPTIONS *} (RFC 9112 §3.2.4) through to the proxy servlet, which Jetty can map to no
 * servlet. It takes the way of {@code /}; the target that was asked for is left in an attribute,
 * where {@link Targets} finds it.
 */
public final class ExactTargets implements HttpConfiguration.Customizer {

  @Override
  public Request customize(Request request, HttpFields.Mutable responseFields) {
    HttpURI uri = request.getHttpURI();
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
}
