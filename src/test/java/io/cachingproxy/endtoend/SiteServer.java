package io.cachingproxy.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server that people use for static files, on a free loopback port. */
interface SiteServer extends AutoCloseable {

  /** Its base URL, without a trailing slash. */
  String url();

  /** The requests it has answered so far, each as method and target. */
  List<String> requests() throws IOException;

  @Override
  void close() throws Exception;

  /** Which one. */
  enum Kind {
    NGINX,
    JETTY;

    /**
     * Starts it.
     *
     * @param root what it serves
     * @param directory an empty one, for what it needs and writes
     */
    SiteServer serve(Path root, Path directory) throws Exception {
      return switch (this) {
        case NGINX -> Nginx.serving(root, directory);
        case JETTY -> JettySite.serving(root);
      };
    }
  }
}
