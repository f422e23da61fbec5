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
 * Keeps the management port apart from the others of the container: what comes in there is for the
 * management servlets and never reaches the origin; what comes in elsewhere never reaches them.
 *
 * <p>The port is the one of the socket ({@link ServletRequest#getLocalPort}), which no request can
 * claim for itself.
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
