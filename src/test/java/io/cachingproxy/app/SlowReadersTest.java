package io.cachingproxy.app;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cachingproxy.config.Command;
import io.cachingproxy.config.ConfigLoader;
import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Protects storing from clients that hold memory and hardly read. */
@Timeout(180)
class SlowReadersTest {

  /** More than sockets take ahead. */
  private static final int LENGTH = 12 << 20;

  private final RawOrigin origin = RawOrigin.start();
  private final AtomicLong nanos = new AtomicLong();
  private EmbeddedServer proxy;

  @BeforeEach
  void start() throws Exception {
    origin.otherwise(
        exchange -> exchange.respond(200, new byte[LENGTH], "Cache-Control: max-age=600"));
    String[] args = {
      "--origin=" + origin.url(),
      "--port=0",
      "--metrics-port=0",
      "--memory=20MB",
      "--max-object-size=12MB",
      "--idle-timeout=10m"
    };
    Command.Run run = (Command.Run) ConfigLoader.fromCommandLine(args, Map.of());
    proxy = EmbeddedServer.start(run.config(), Clock.systemUTC(), nanos::get);
  }

  @AfterEach
  void stop() {
    proxy.close();
    origin.close();
  }

  private Response get(String path) throws IOException {
    try (RawClient client = RawClient.connect(proxy.port())) {
      return client.get(path);
    }
  }

  private double metric(String name) {
    try (RawClient client = RawClient.connect(proxy.managementPort())) {
      return client
          .get("/metrics")
          .text()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .sum();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Socket reader(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getInputStream().read();
    return socket;
  }

  private static boolean isCut(Socket reader) {
    try {
      InputStream input = reader.getInputStream();
      for (long rest = LENGTH; rest > 0; ) {
        int count = input.read(new byte[64 << 10]);
        if (count < 0) {
          return true;
        }
        rest -= count;
      }
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private void aMinutePasses() {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
  }

  @Test
  void readersAtAByteAMinuteDoNotStopAllStoring() throws Exception {
    try (Socket first = reader("/a")) {
      await().until(() -> metric("proxy_store_responses") == 1);
      try (Socket second = reader("/a")) {
        assertThat(get("/b")).isUnstoredMiss().hasCacheStatus("detail=no-room");
        await()
            .until(
                () -> {
                  aMinutePasses();
                  get("/b");
                  return metric("proxy_slow_downloads_total") == 2;
                });
        assertThat(List.of(isCut(first), isCut(second))).containsOnly(true);
      }
    }
    await().until(() -> "HIT".equals(get("/b").header("X-Cache")));
  }

  @Test
  void whoReadsFastEnoughStays() throws Exception {
    assertThat(get("/a")).isMiss();
    try (Socket fast = reader("/a");
        Socket slow = reader("/a")) {
      // So much of it that the socket can't have taken it at once.
      int half = LENGTH / 2;
      assertThat(fast.getInputStream().readNBytes(half)).hasSize(half);
      get("/b");
      aMinutePasses();
      await().until(() -> metric("proxy_slow_downloads_total") == 1);
      assertThat(isCut(slow)).isTrue();
      assertThat(fast.getInputStream().readNBytes(half)).hasSize(half);
    }
    assertThat(metric("proxy_slow_downloads_total")).isEqualTo(1);
  }
}
