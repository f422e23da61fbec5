package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.OriginExchange;
import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.ProxyUnderTest;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An answer that this proxy gives because the origin failed says how (RFC 9209). */
@ExtendWith(OnStage.class)
final class ProxyStatusScenarioTest {

  private static final String FIELD = "Proxy-Status";

  @Test
  void anOriginThatTakesNoConnection() throws Exception {
    String nobody = "http://127.0.0.1:" + Ports.refusing();
    try (ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", nobody))) {
      assertThat(proxy.get("/"))
          .hasStatus(502)
          .hasHeaderLines(FIELD, "caching-proxy; error=connection_refused");
    }
  }

  /** It speaks plain HTTP where TLS is expected. */
  @Test
  void anOriginThatDoesNotSpeakTls() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread origin = new Thread(() -> refuseTls(listener));
      origin.setDaemon(true);
      origin.start();
      String url = "https://127.0.0.1:" + listener.getLocalPort();
      try (ProxyUnderTest proxy = ProxyUnderTest.start(Map.of("origin", url))) {
        assertThat(proxy.get("/"))
            .hasStatus(502)
            .hasHeaderLines(FIELD, "caching-proxy; error=tls_protocol_error");
      }
    }
  }

  private static void refuseTls(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException proxyLeft) {
      // It has seen enough.
    }
  }

  @Test
  void anOriginThatDoesNotAnswerInTime(Stage stage) throws Exception {
    Gate end = stage.gate();
    stage.origin(
        exchange -> {
          end.await();
          exchange.close();
        });
    assertThat(stage.proxy("first-byte-timeout", "2s").get(stage.path()))
        .hasStatus(504)
        .hasHeaderLines(FIELD, "caching-proxy; error=http_response_timeout");
  }

  @Test
  void anOriginThatTalksNonsense(Stage stage) throws Exception {
    stage.origin(Script.raw("hello there\r\n\r\n"));
    assertThat(stage.proxy().send("POST", stage.path(), "x"))
        .hasStatus(502)
        .hasHeaderLines(FIELD, "caching-proxy; error=http_protocol_error");
  }

  @Test
  void anOriginThatHangsUp(Stage stage) throws Exception {
    stage.origin(OriginExchange::reset);
    assertThat(stage.proxy().send("POST", stage.path(), "x"))
        .hasStatus(502)
        .hasHeaderLines(FIELD, "caching-proxy; error=connection_terminated");
  }

  @Test
  void aStaleAnswerInPlaceOfTheOriginsSaysWhyAfterWhatItSaidItself(Stage stage) throws Exception {
    stage.origin(
        Script.sequence(
            Script.reply(
                200,
                "x",
                "Cache-Control: max-age=1",
                "Age: 1",
                "ETag: \"a\"",
                "Proxy-Status: upstream; error=http_response_timeout"),
            OriginExchange::reset));
    assertThat(stage.get())
        .hasHeaderLines(FIELD, "upstream; error=http_response_timeout")
        .hasStatus(200);
    assertThat(stage.get())
        .hasStatus(200)
        .hasBody("x")
        .hasHeaderLines(
            FIELD,
            "upstream; error=http_response_timeout",
            "caching-proxy; error=connection_terminated");
  }

  @Test
  void theOriginsOwnErrorsAreItsOwn(Stage stage) throws Exception {
    stage.origin(Script.reply(503, "x", "Proxy-Status: upstream; error=destination_unavailable"));
    assertThat(stage.get())
        .hasStatus(503)
        .hasHeaderLines(FIELD, "upstream; error=destination_unavailable");
    assertThat(stage.get("Cache-Control: only-if-cached, no-cache"))
        .hasStatus(504)
        .hasNoHeader(FIELD);
    assertThat(stage.requests()).isNotEmpty();
  }
}
