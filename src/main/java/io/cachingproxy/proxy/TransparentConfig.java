package io.cachingproxy.proxy;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of Jetty's transparent proxy, derived from ours: Jetty refuses to start without
 * {@code proxyTo}.
 */
record TransparentConfig(ServletConfig config, String proxyTo) implements ServletConfig {

  @Override
  public String getServletName() {
    return config.getServletName();
  }

  @Override
  public ServletContext getServletContext() {
    return config.getServletContext();
  }

  @Override
  public @Nullable String getInitParameter(String name) {
    return name.equals("proxyTo") ? proxyTo : null;
  }

  @Override
  public Enumeration<String> getInitParameterNames() {
    return Collections.enumeration(List.of("proxyTo"));
  }
}
