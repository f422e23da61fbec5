package io.cachingproxy.proxy.client;

import io.cachingproxy.http.Field;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Opens the client's side of exchanges in any container. The container's classes, even if they have
 * the same names as ours, are not ours, so only the Servlet API is used.
 */
public final class ServletClientStreams implements ClientStreams {

  @Override
  public boolean canSwitchProtocols() {
    return false;
  }

  @Override
  public ClientStream open(HttpServletRequest request, AsyncContext async) {
    return new ServletClientStream(request, async);
  }

  /** Iterates over the names first: looking up line by line would take quadratic time. */
  @Override
  public Iterable<Field> lines(HttpServletRequest request) {
    List<Field> lines = new ArrayList<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        lines.add(new Field(name, value == null ? "" : value));
      }
    }
    return lines;
  }
}
