package io.cachingproxy.app;

import jakarta.servlet.ServletContext;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The threads for the origin. Jetty's proxy servlet takes them from a servlet context attribute,
 * which Jetty sets to the server's own pool; in other containers it is set here to a pool that this
 * object owns.
 */
final class OriginThreads implements AutoCloseable {

  private static final String ATTRIBUTE = "org.eclipse.jetty.server.Executor";

  private final @Nullable QueuedThreadPool own;

  private OriginThreads(@Nullable QueuedThreadPool own) {
    this.own = own;
  }

  /** Ensures that the context has threads for the origin. */
  static OriginThreads of(ServletContext context) {
    if (context.getAttribute(ATTRIBUTE) instanceof Executor) {
      return new OriginThreads(null);
    }
    QueuedThreadPool pool = new QueuedThreadPool();
    pool.setName("origin");
    pool.setDaemon(true);
    LifeCycle.start(pool);
    context.setAttribute(ATTRIBUTE, pool);
    return new OriginThreads(pool);
  }

  @Override
  public void close() {
    if (own != null) {
      LifeCycle.stop(own);
    }
  }
}
