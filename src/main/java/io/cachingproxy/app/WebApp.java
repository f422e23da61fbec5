package io.cachingproxy.app;

import io.cachingproxy.config.ConfigException;
import io.cachingproxy.config.ConfigLoader;
import io.cachingproxy.config.ProgramVersion;
import io.cachingproxy.config.ProxyConfig;
import io.cachingproxy.proxy.client.ServletClientStreams;
import io.cachingproxy.store.memory.DirectMemory;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy as a web application: creates it from the settings before any servlet starts, and
 * closes it when the application stops. The filter and the servlet of the proxy are in {@code
 * web.xml}.
 *
 * <p>Context parameters take precedence over the environment, the file and the defaults, in this
 * order. If a setting is wrong, the deployment fails with one line in the container's log.
 */
public final class WebApp implements ServletContextListener {

  private static final Logger LOG = LoggerFactory.getLogger(WebApp.class);

  private @Nullable CachingProxy proxy;
  private @Nullable OriginThreads threads;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    Map<String, String> environment = System.getenv();
    ProxyConfig config = configOf(context, environment);
    CachingProxy made = new CachingProxy(config, Clock.systemUTC(), System::nanoTime);
    proxy = made;
    threads = OriginThreads.of(context);
    made.context(new ServletClientStreams()).publish(context);
    String management =
        WebManagement.of(context, environment, config).publish(context, made, config);
    made.ready(true);
    LOG.info(
        "caching-proxy {} stands in front of {}; metrics and admin {}",
        ProgramVersion.current(),
        config.origin().url(),
        management);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (proxy != null) {
      proxy.close();
    }
    if (threads != null) {
      threads.close();
    }
  }

  private static ProxyConfig configOf(ServletContext context, Map<String, String> environment) {
    ProxyConfig config;
    try {
      config =
          ConfigLoader.fromServletParameters(
              context::getInitParameter, names(context), environment);
      EventLogs.check(config);
      List<String> idle =
          ConfigLoader.withoutEffectInContainer(
              context::getInitParameter, names(context), environment);
      if (!idle.isEmpty()) {
        LOG.warn(
            "the servlet container decides itself what these would: {}", String.join("; ", idle));
      }
    } catch (ConfigException e) {
      throw new DeploymentFailure(e.getMessage());
    }
    long memory = config.cache().memory();
    if (memory > DirectMemory.usable()) {
      throw new DeploymentFailure(
          "memory %d bytes is more than this JVM allows outside its heap (%d); start the container with -XX:MaxDirectMemorySize=%d or more"
              .formatted(memory, DirectMemory.usable(), memory + memory / 4));
    }
    return config;
  }

  /**
   * The context parameters that may be ours. Containers and frameworks set parameters of their own
   * in every context, with dots in their names.
   */
  private static List<String> names(ServletContext context) {
    return Collections.list(context.getInitParameterNames()).stream()
        .filter(name -> name.indexOf('.') < 0)
        .toList();
  }
}
