package io.cachingproxy.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each scenario its {@link Stage}, and fails it if a script at the origin failed. The origin
 * and the proxies live as long as the test run: a proxy may take seconds to start.
 */
public final class OnStage implements ParameterResolver, AfterEachCallback {

  private static final Namespace NAMESPACE = Namespace.create(OnStage.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Shared shared =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Shared.class, key -> new Shared(), Shared.class);
    Stage stage = new Stage(shared.origin, shared::proxy);
    context.getStore(NAMESPACE).put(Stage.class, stage);
    return stage;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Stage stage = context.getStore(NAMESPACE).get(Stage.class, Stage.class);
    if (stage != null) {
      stage.end();
    }
  }

  /** What all scenarios of a test run share; closed by JUnit at its end. */
  private static final class Shared implements AutoCloseable {

    private final RawOrigin origin = RawOrigin.start();
    private final Map<Map<String, String>, ProxyUnderTest> proxies = new ConcurrentHashMap<>();

    ProxyUnderTest proxy(Map<String, String> settings) {
      return proxies.computeIfAbsent(settings, ProxyUnderTest::start);
    }

    @Override
    public void close() {
      proxies.values().forEach(ProxyUnderTest::close);
      origin.stop();
    }
  }
}
