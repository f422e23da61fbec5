package io.cachingproxy.proxy.client;

import io.cachingproxy.http.Field;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The client's side of exchanges in any container: its classes, even if they have the same names as
 * ours, are not ours.
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

  /** First of all the names: to look for each line takes time that grows with the square. */
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
