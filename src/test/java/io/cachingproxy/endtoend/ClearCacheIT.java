package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Ports;
import io.cachingproxy.testing.RawOrigin;
import io.cachingproxy.testing.Script;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code --clear-cache}: one program tells another, which is running, to forget. */
class ClearCacheIT {

  private static final Pattern CLEARED =
      Pattern.compile("cleared ([0-9,]+) responses?, ([0-9,]+) bytes");

  @Test
  void clearsTheRunningInstanceAndSaysWhatWasRemoved() {
    try (RawOrigin origin = origin();
        RunningProxy proxy = RunningProxy.start(origin.url())) {
      assertThat(proxy.get("/1")).isStoredMiss();
      assertThat(proxy.get("/2")).isStoredMiss();
      assertThat(proxy.get("/1")).isHit();

      assertCleared(Program.run("--clear-cache", "--metrics-port", "" + proxy.managementPort()), 2);
      assertThat(proxy.get("/1")).isStoredMiss();
      assertThat(proxy.get("/1")).isHit();

      // One was stored since.
      String url = "http://127.0.0.1:" + proxy.managementPort() + "/";
      assertCleared(Program.run("--clear-cache", "--admin-url", url), 1);
      assertThat(proxy.get("/1")).isMiss();
    }
  }

  @Test
  void saysInOneLineThatNoneIsRunning() {
    String port = String.valueOf(Ports.refusing());
    assertFailed(Program.run("--clear-cache", "--metrics-port", port), "running", port);
    assertFailed(
        Program.run("--clear-cache", "--admin-url", "http://127.0.0.1:" + port), "running", port);
  }

  @Test
  void saysInOneLineThatSomethingElseIsRunning() {
    try (RawOrigin other = RawOrigin.start().otherwise(Script.reply(404, "<html>"))) {
      assertFailed(Program.run("--clear-cache", "--admin-url", other.url()), "isn't", other.url());
    }
  }

  private static RawOrigin origin() {
    return RawOrigin.start()
        .otherwise(Script.reply(200, "x".repeat(10_000), "Cache-Control: max-age=60"));
  }

  private static void assertCleared(Program.Ended ended, int responses) {
    assertThat(ended.status()).as(ended.toString()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).hasSize(1);
    Matcher matcher = CLEARED.matcher(ended.out().get(0));
    assertThat(matcher.matches()).as(ended.out().get(0)).isTrue();
    assertThat(matcher.group(1)).isEqualTo("" + responses);
    assertThat(Integer.parseInt(matcher.group(2).replace(",", "")))
        .isGreaterThan(responses * 10_000)
        .isLessThan(responses * 20_000);
  }

  private static void assertFailed(Program.Ended ended, String... words) {
    assertThat(ended.status()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .singleElement()
        .asString()
        .startsWith("caching-proxy: ")
        .contains(words);
  }
}
