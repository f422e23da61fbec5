package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.inContainer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects the settings of the web application, which has no flags. */
class ServletParametersTest {

  @Test
  void parametersAreSettings() throws ConfigException {
    ProxyConfig config =
        inContainer(Map.of("origin", "http://a", "default-ttl", "5s"), Map.of("HOME", "/"));
    assertThat(config.origin().url()).hasToString("http://a");
    assertThat(config.cache().guesses().defaultTtl()).hasSeconds(5);
  }

  @Test
  void aMissingOriginIsTold() {
    assertThat(error(Map.of())).startsWith("no origin: ");
  }

  @Test
  void portsAreTheContainersSoTheyMayBeTheSame() throws ConfigException {
    assertThat(inContainer(Map.of("origin", "http://a", "metrics-port", "3000"), Map.of()))
        .extracting(config -> config.management().port())
        .isEqualTo(3000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orgin | unknown servlet parameter orgin; did you mean origin?
          upstream | unknown servlet parameter upstream
          proxyTo | servlet parameter proxyTo belongs to Jetty's ProxyServlet and has no effect here; did you mean origin?
          prefix | servlet parameter prefix belongs to Jetty's ProxyServlet and has no effect here; did you mean origin?
          viaHost | servlet parameter viaHost belongs to Jetty's ProxyServlet and has no effect here
          hostHeader | servlet parameter hostHeader belongs to Jetty's ProxyServlet and has no effect here; did you mean preserve-host?
          preserveHost | servlet parameter preserveHost belongs to Jetty's ProxyServlet and has no effect here; did you mean preserve-host?
          timeout | servlet parameter timeout belongs to Jetty's ProxyServlet and has no effect here; did you mean first-byte-timeout?
          port | servlet parameter port has no effect: the servlet container decides this
          host | servlet parameter host has no effect: the servlet container decides this
          memory | servlet parameter memory: found "x", expected a size at least 64KB, such as 64KB, 256MB or 2GB
          config | servlet parameter config: cannot read "x": no such file
          """)
  void aWrongParameterIsToldInOneLine(String name, String message) {
    Map<String, String> parameters = new HashMap<>(Map.of(name, "x"));
    parameters.put("origin", "http://a");
    assertThat(error(parameters)).isEqualTo(message);
  }

  private static String error(Map<String, String> parameters) {
    return catchThrowableOfType(ConfigException.class, () -> inContainer(parameters, Map.of()))
        .getMessage();
  }

  @Test
  void whatAContainerDecidesItselfIsNamedWithTheOneWhoGaveIt() throws ConfigException {
    Map<String, String> environment =
        Map.of(
            "CACHING_PROXY_MAX_TUNNELS", "7",
            "CACHING_PROXY_PORT", "1",
            "CACHING_PROXY_MEMORY", "1MB");
    assertThat(ConfigLoader.withoutEffectInContainer(name -> null, List.of(), environment))
        .containsExactly("environment CACHING_PROXY_PORT", "environment CACHING_PROXY_MAX_TUNNELS");
    assertThat(ConfigLoader.withoutEffectInContainer(name -> null, List.of(), Map.of())).isEmpty();
  }
}
