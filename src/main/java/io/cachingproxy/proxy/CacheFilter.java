package io.cachingproxy.proxy;

import io.cachingproxy.proxy.client.ExchangeRecorder;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the {@link ExchangeRecorder} of every exchange, which sets {@code X-Cache} and {@code
 * Cache-Status} on the response and tells the listeners when the exchange is over.
 */
public final class CacheFilter implements Filter {

  private @Nullable ProxyContext context;

  @Override
  public void init(FilterConfig config) {
    context = ProxyContext.of(config.getServletContext());
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ProxyContext proxy = context;
    if (proxy == null) {
      throw new IllegalStateException("the filter was not initialised");
    }
    ExchangeRecorder recorder =
        new ExchangeRecorder(
            (HttpServletRequest) request,
            (HttpServletResponse) response,
            proxy.listener(),
            proxy.clock().instant());
    boolean handedOver = false;
    try {
      chain.doFilter(request, response);
      handedOver = true;
    } finally {
      if (!handedOver) {
        // The servlet threw before it went asynchronous; otherwise the servlet ends the exchange.
        recorder.failed();
        recorder.finish();
      }
    }
  }
}
