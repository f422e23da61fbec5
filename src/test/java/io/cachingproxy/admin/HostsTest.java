package io.cachingproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "[::1]",
        "::1%lo",
        "[::1%1]",
        "0:0:0:0:0:0:0:1",
        "[0:0:0:0:0:0:0:1]",
        "::ffff:127.0.0.1",
        "::FFFF:127.0.0.1"
      })
  void loopbackIsLoopback(String address) {
    assertThat(Hosts.isLoopback(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "1270.0.0.1",
        "127.0.0.256",
        "127.0.0",
        "127.0.0.1.2",
        "::2",
        "fe80::1",
        "::ffff:10.0.0.1",
        "localhost",
        "127.0.0.1.evil.example",
        "2001:db8::127.0.0.1"
      })
  void anythingElseIsNot(String address) {
    assertThat(Hosts.isLoopback(address)).isFalse();
  }

  /** A Unix domain socket has no address; whose it is depends on who may open it. */
  @Test
  void noAddressIsNotLoopback() {
    assertThat(Hosts.isLoopback(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8000",
        "Localhost",
        "127.0.0.1",
        "192.0.2.7:80",
        "[::1]",
        "[2001:db8::1]:8000",
        "localhost:"
      })
  void addressesAndLocalhostCannotBeMadeByDns(String authority) {
    assertThat(Hosts.isUnspoofable(authority)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
        "localhost@evil.example", "[evil.example]", "[]", "localhost:80:evil", "::1"
      })
  void namesCan(String authority) {
    assertThat(Hosts.isUnspoofable(authority)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8000, localhost:8000, true",
    "HTTP://LocalHost:8000, localhost:8000, true",
    "http://cache.example, cache.example:80, true",
    "http://cache.example:80, cache.example, true",
    "https://cache.example, cache.example:443, true",
    "https://cache.example:443, cache.example, true",
    "http://[::1]:8000, [::1]:8000, true",
    "https://cache.example, cache.example, true",
    "http://cache.example:443, cache.example, false",
    "http://cache.example, cache.example:8000, false",
    "http://evil.example, cache.example, false",
    "http://cache.example.evil.example, cache.example, false",
    "http://cache.example/, cache.example, false",
    "null, cache.example, false",
    "cache.example, cache.example, false",
    "'', cache.example, false",
  })
  void anOriginIsOursIfHostAndPortAre(String origin, String authority, boolean isOurs) {
    assertThat(Hosts.isSameSite(origin, authority)).isEqualTo(isOurs);
  }
}
