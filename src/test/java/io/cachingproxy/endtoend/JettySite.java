package io.cachingproxy.endtoend;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The files of a directory, served by a Jetty in the tests' own JVM, with entity tags. */
final class JettySite implements SiteServer {

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private JettySite(Path root) {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(server).newResource(root));
    files.setEtags(true);
    server.setHandler(
        new Handler.Wrapper(files) {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            requests.add(request.getMethod() + " " + request.getHttpURI().getPathQuery());
            return super.handle(request, response, callback);
          }
        });
  }

  static JettySite serving(Path root) throws Exception {
    JettySite site = new JettySite(root);
    site.server.start();
    return site;
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
