package io.cachingproxy.proxy;

import io.cachingproxy.http.TargetUri;
import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request to the origin whose path and query are sent byte for byte: what clients ask for is not
 * always a {@link URI}, so it never becomes one here.
 */
final class OriginRequest extends HttpRequest {

  /** Stands in where Jetty wants a URI; what counts is overridden below. */
  private static final URI ANY = URI.create("http://origin/");

  private final ProxySettings origin;
  private final TargetUri target;

  OriginRequest(HttpClient client, ProxySettings origin, TargetUri target) {
    super(client, new HttpConversation(), ANY);
    this.origin = origin;
    this.target = target;
  }

  @Override
  public String getScheme() {
    return origin.scheme();
  }

  @Override
  public String getHost() {
    return origin.host();
  }

  @Override
  public int getPort() {
    return origin.port();
  }

  @Override
  public String getPath() {
    return target.path();
  }

  @Override
  public @Nullable String getQuery() {
    return target.query();
  }
}
