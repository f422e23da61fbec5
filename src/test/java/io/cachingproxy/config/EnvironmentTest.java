package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.config;
import static io.cachingproxy.config.Loading.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protects what of the environment is ours, and that a slip in it is told. */
class EnvironmentTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CACHING_PROXY_PROT | 1 | unknown environment variable CACHING_PROXY_PROT; did you mean CACHING_PROXY_PORT?
          CACHING_PROXY_UPSTREAM | x | unknown environment variable CACHING_PROXY_UPSTREAM
          CACHING_PROXY_ORIGN | '' | unknown environment variable CACHING_PROXY_ORIGN; did you mean CACHING_PROXY_ORIGIN?
          CACHING_PROXY_CLEAR_CACHE | true | unknown environment variable CACHING_PROXY_CLEAR_CACHE
          CACHING_PROXY_PORT | x | environment CACHING_PROXY_PORT: found "x", expected a port number from 0 to 65535
          CACHING_PROXY_PRESERVE_HOST | 1 | environment CACHING_PROXY_PRESERVE_HOST: found "1", expected true or false
          CACHING_PROXY_CONFIG | /nowhere | environment CACHING_PROXY_CONFIG: cannot read "/nowhere": no such file
          CACHING_PROXY_PORT | 8000 | port 8000 (environment CACHING_PROXY_PORT) is also the metrics port (default); give one of them another number
          CACHING_PROXY_ADMIN_TOKEN | a b | environment CACHING_PROXY_ADMIN_TOKEN: found something else (not shown), expected visible ASCII characters without spaces
          """)
  void aWrongVariableIsToldInOneLine(String name, String value, String message) {
    assertThat(error(Map.of(name, value), "--origin", "http://a")).isEqualTo(message);
  }

  @Test
  void anEmptyVariableCountsAsNotSet() throws ConfigException {
    Map<String, String> environment = Map.of("CACHING_PROXY_KAFKA_BOOTSTRAP_SERVERS", "");
    assertThat(config(environment, "--origin", "http://a").kafka()).isNull();
  }

  @Test
  void theFlagsForTheJvmAreLeftToTheLauncher() throws ConfigException {
    Map<String, String> environment = Map.of("CACHING_PROXY_JAVA_OPTS", "-Xmx1g");
    assertThat(config(environment, "--origin", "http://a").listener().port()).isEqualTo(3000);
  }

  @Test
  void whatKubernetesSaysOfAServiceOfOurNameIsNotTakenForSettings() throws ConfigException {
    Map<String, String> environment =
        Map.of(
            "CACHING_PROXY_SERVICE_HOST", "10.0.0.11",
            "CACHING_PROXY_SERVICE_PORT", "6379",
            "CACHING_PROXY_SERVICE_PORT_HTTP", "6379",
            "CACHING_PROXY_PORT", "tcp://10.0.0.11:6379",
            "CACHING_PROXY_PORT_6379_TCP", "tcp://10.0.0.11:6379",
            "CACHING_PROXY_PORT_6379_TCP_PROTO", "tcp",
            "CACHING_PROXY_PORT_6379_TCP_PORT", "6379",
            "CACHING_PROXY_PORT_6379_TCP_ADDR", "10.0.0.11");
    assertThat(config(environment, "--origin", "http://a").listener().port()).isEqualTo(3000);
  }

  @Test
  void variablesOfOthersAreNotRead() throws ConfigException {
    Map<String, String> environment = Map.of("PORT", "1", "CACHING_PROXYX_PORT", "2");
    assertThat(config(environment, "--origin", "http://a").listener().port()).isEqualTo(3000);
  }
}
