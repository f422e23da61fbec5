package io.cachingproxy.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a wish for another protocol, and what as its fulfilment. */
class UpgradeTest {

  private static @Nullable Upgrade asked(String... fields) {
    return Upgrade.askedFor("HTTP/1.1", Fields.of(fields), false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "WebSocket", "tcp", "SPDY/3.1", "foo/2, bar"})
  void protocolsOfTheApplicationAreAskedFor(String protocols) {
    Upgrade upgrade = asked("Connection", "keep-alive, UPGRADE", "Upgrade", protocols);
    Objects.requireNonNull(upgrade);
    assertThat(upgrade.asked()).isEqualTo(Fields.of("Connection", "Upgrade", "Upgrade", protocols));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h2c", "H2C", "HTTP/2.0", "TLS/1.3", "SHTTP/1.3", "", ",", "h2c, TLS/1.0"})
  void whatConcernsTheConnectionAloneIsNot(String protocols) {
    assertThat(asked("Connection", "upgrade", "Upgrade", protocols)).isNull();
  }

  @Test
  void ofAListTheRestIsAskedFor() {
    Upgrade upgrade = asked("Connection", "upgrade", "Upgrade", "h2c, websocket", "Upgrade", "x");
    Objects.requireNonNull(upgrade);
    assertThat(upgrade.protocols()).containsExactly("websocket", "x");
    assertThat(upgrade.isToWebSocket()).isTrue();
  }

  @Test
  void whereItCannotBeToldWhatFollowsItIsIgnored() {
    Fields fields = Fields.of("Connection", "upgrade", "Upgrade", "websocket");
    assertThat(Upgrade.askedFor("HTTP/1.1", fields, true)).as("content").isNull();
    assertThat(Upgrade.askedFor("HTTP/1.0", fields, false)).isNull();
    assertThat(Upgrade.askedFor("HTTP/2.0", fields, false)).isNull();
    assertThat(asked("Upgrade", "websocket")).as("not of this connection").isNull();
    assertThat(asked("Connection", "close", "Upgrade", "websocket")).isNull();
    Fields chunked = fields.with("Transfer-Encoding", "chunked");
    assertThat(Upgrade.askedFor("HTTP/1.1", chunked, false)).isNull();
    Fields expecting = fields.with("Expect", "100-continue");
    assertThat(Upgrade.askedFor("HTTP/1.1", expecting, false)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "websocket, true",
    "WebSocket, true",
    "foo/1, true",
    "FOO/1, true",
    "foo/2, false",
    "h2c, false",
    "'websocket, h2c', false",
    "'', false"
  })
  void theOriginMayOnlySwitchToWhatWasAskedFor(String chosen, boolean accepted) {
    Upgrade upgrade = asked("Connection", "upgrade", "Upgrade", "websocket, foo/1");
    Objects.requireNonNull(upgrade);
    assertThat(upgrade.isAnsweredBy(Fields.of("Upgrade", chosen))).isEqualTo(accepted);
    assertThat(upgrade.isAnsweredBy(Fields.empty())).isFalse();
  }
}
