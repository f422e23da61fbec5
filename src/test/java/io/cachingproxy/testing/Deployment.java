package io.cachingproxy.testing;

import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * A way to run the proxy: inside this JVM, as a WAR in a Jetty … The system property {@value
 * #PROPERTY} picks one by its short name: {@code embedded} (the default) is {@link
 * EmbeddedDeployment}, {@code war} would be a {@code WarDeployment} in this package, and so on.
 */
public interface Deployment {

  /** The system property that names the deployment. */
  String PROPERTY = "proxy.deployment";

  /**
   * Starts a proxy and returns when it accepts connections. The caller closes it.
   *
   * @param settings by flag name without dashes; ports are the deployment's business
   * @param clock the time the proxy goes by; ignored where the proxy is another process
   */
  ProxyUnderTest deploy(Map<String, String> settings, Clock clock) throws Exception;

  /** The deployment that {@value #PROPERTY} names. */
  static Deployment chosen() {
    String name = System.getProperty(PROPERTY, "embedded");
    String className =
        Deployment.class.getPackageName()
            + "."
            + name.substring(0, 1).toUpperCase(Locale.ROOT)
            + name.substring(1)
            + "Deployment";
    try {
      return (Deployment) Class.forName(className).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException unknown) {
      throw new IllegalStateException(PROPERTY + "=" + name + ": no such deployment", unknown);
    }
  }
}
