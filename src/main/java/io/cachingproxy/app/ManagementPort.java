package io.cachingproxy.app;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/**
 * Separates the management port from the container's other ports: requests to it go to the
 * management servlets and never to the origin; other requests never reach those servlets.
 *
 * <p>The port is that of the socket ({@link ServletRequest#getLocalPort}), which no request can
 * forge.
 */
final class ManagementPort implements Filter {

  private final int port;
  private final Servlet metrics;
  private final Servlet admin;

  ManagementPort(int port, Servlet metrics, Servlet admin) {
    this.port = port;
    this.metrics = metrics;
    this.admin = admin;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getLocalPort() != port) {
      chain.doFilter(request, response);
    } else if ("/metrics".equals(((HttpServletRequest) request).getPathInfo())) {
      metrics.service(request, response);
    } else {
      admin.service(request, response);
    }
  }
}
