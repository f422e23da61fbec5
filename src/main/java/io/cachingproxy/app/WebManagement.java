package io.cachingproxy.app;

import io.cachingproxy.admin.AdminAccess;
import io.cachingproxy.config.ProxyConfig;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.EnumSet;
import java.util.Map;

/** Where metrics and administration are inside a web application. */
enum WebManagement {

  /**
   * On a separate port: the container has a connector there, as the setting {@code metrics-port}
   * says.
   */
  OWN_PORT {
    @Override
    String publish(ServletContext context, CachingProxy proxy, ProxyConfig config) {
      int port = config.management().port();
      Servlet metrics = proxy.metricsServlet();
      Servlet admin = proxy.adminServlet(AdminAccess.Trust.THIS_MACHINE);
      // Without a mapping, so that the container starts and stops them.
      add(context, "metrics", metrics);
      add(context, "admin", admin);
      FilterRegistration.Dynamic filter =
          context.addFilter("management", new ManagementPort(port, metrics, admin));
      filter.setAsyncSupported(true);
      filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
      return "on port " + port;
    }
  },

  /**
   * Under a path of the shared port, which then can't be requested from the origin. Requests may
   * come through a proxy on this machine, so only the token is trusted.
   */
  SHARED_PORT {
    @Override
    String publish(ServletContext context, CachingProxy proxy, ProxyConfig config) {
      add(context, "metrics", proxy.metricsServlet()).addMapping(PATH + "/metrics");
      add(context, "admin", proxy.adminServlet(AdminAccess.Trust.TOKEN)).addMapping(PATH + "/*");
      return "under " + context.getContextPath() + PATH + "/";
    }
  };

  private static final String PATH = "/_caching-proxy";
  private static final String PARAMETER = "metrics-port";
  private static final String VARIABLE = "CACHING_PROXY_METRICS_PORT";

  /** The operator's choice: setting the port means that there is a connector for it. */
  static WebManagement of(
      ServletContext context, Map<String, String> environment, ProxyConfig config) {
    boolean isNamed =
        context.getInitParameter(PARAMETER) != null
            || !environment.getOrDefault(VARIABLE, "").isEmpty();
    return isNamed && config.management().port() != 0 ? OWN_PORT : SHARED_PORT;
  }

  /**
   * Adds the management servlets to a context that is being initialised.
   *
   * @return where they are, for the log
   */
  abstract String publish(ServletContext context, CachingProxy proxy, ProxyConfig config);

  private static ServletRegistration.Dynamic add(
      ServletContext context, String name, Servlet servlet) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.setAsyncSupported(true);
    registration.setLoadOnStartup(1);
    return registration;
  }
}
