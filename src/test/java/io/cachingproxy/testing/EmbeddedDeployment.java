package io.cachingproxy.testing;

import java.lang.reflect.Method;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs the proxy inside this JVM, its settings read just as from the command line. */
final class EmbeddedDeployment implements Deployment {

  @Override
  public ProxyUnderTest deploy(Map<String, String> settings, Clock clock) throws Exception {
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("port", "0");
    all.putIfAbsent("metrics-port", "0");
    List<String> arguments = new ArrayList<>();
    all.forEach(
        (name, value) -> {
          arguments.add("--" + name);
          arguments.add(value);
        });
    Class<?> loader = Class.forName("io.cachingproxy.config.ConfigLoader");
    Object command =
        loader
            .getMethod("fromCommandLine", String[].class, Map.class)
            .invoke(null, arguments.toArray(new String[0]), Map.of());
    Object config = command.getClass().getMethod("config").invoke(command);
    Class<?> serverType = Class.forName("io.cachingproxy.app.EmbeddedServer");
    Object server =
        serverType.getMethod("start", config.getClass(), Clock.class).invoke(null, config, clock);
    return new Running(server);
  }

  private record Running(Object server) implements ProxyUnderTest {

    @Override
    public int port() {
      return (Integer) call("port");
    }

    @Override
    public int managementPort() {
      return (Integer) call("managementPort");
    }

    @Override
    public void close() {
      Object unused = call("close");
    }

    private Object call(String name) {
      try {
        Method method = server.getClass().getMethod(name);
        Object result = method.invoke(server);
        return result == null ? name : result;
      } catch (ReflectiveOperationException failed) {
        throw new IllegalStateException(failed);
      }
    }
  }
}
