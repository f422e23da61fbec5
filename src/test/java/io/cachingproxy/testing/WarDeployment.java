package io.cachingproxy.testing;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the proxy as the WAR in the project's own Jetty base, in a real Jetty of its own process.
 * Settings go in as environment variables.
 */
final class WarDeployment implements Deployment {

  /** Another process may take a port between our finding it free and Jetty's binding it. */
  private static final int ATTEMPTS = 5;

  @Override
  public ProxyUnderTest deploy(Map<String, String> settings, Clock clock) {
    String said = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int managementPort = Ports.refusing();
      Path base = JettyProcess.ourBase();
      JettyProcess jetty =
          JettyProcess.start(
              base,
              environment(settings),
              "jetty.http.port=0",
              "management.host=127.0.0.1",
              "management.port=" + managementPort);
      said = jetty.log();
      if (jetty.isAlive() && said.contains("stands in front of")) {
        return new Running(jetty, jetty.ports().get(0), managementPort);
      }
      jetty.close();
      if (!said.contains("Address already in use")) {
        break;
      }
    }
    throw new IllegalStateException("the proxy is not deployed:\n" + said);
  }

  private static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment = new TreeMap<>();
    settings.forEach(
        (name, value) ->
            environment.put(
                "CACHING_PROXY_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value));
    return environment;
  }

  private record Running(JettyProcess jetty, int port, int managementPort)
      implements ProxyUnderTest {

    @Override
    public void close() {
      jetty.close();
    }
  }
}
