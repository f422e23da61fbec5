package io.cachingproxy.proxy;

import io.cachingproxy.http.TargetUri;
import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request to the origin whose path and query are sent byte for byte: what clients ask for is not always a {@link URI}, so it never becomes one here.
 */
final class OriginRequest extends HttpRequest {

  private final String rawPath;
  private final @Nullable String rawQuery;

  OriginRequest(HttpClient client, URI origin, TargetUri target) {
    super(client, new HttpConversation(), origin);
    this.rawPath = target.path();
    this.rawQuery = target.query();
  }

  @Override
  public String getPath() {
    return rawPath;
  }

  @Override
  public @Nullable String getQuery() {
    return rawQuery;
  }
}
