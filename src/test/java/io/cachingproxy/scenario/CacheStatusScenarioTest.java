package io.cachingproxy.scenario;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Gate;
import io.cachingproxy.testing.OnStage;
import io.cachingproxy.testing.Response;
import io.cachingproxy.testing.Script;
import io.cachingproxy.testing.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer says how the cache handled it (X-Cache, and RFC 9211). */
@ExtendWith(OnStage.class)
final class CacheStatusScenarioTest {

  private static final String CACHEABLE = "Cache-Control: max-age=100";

  @Test
  void aHitTellsHowLongItWillBeFresh(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", CACHEABLE, "Age: 40"));
    assertThat(stage.get()).isMiss();
    String status = stage.get().headers().joined("Cache-Status");
    assertThat(status.replace(" ", "")).startsWith("caching-proxy;hit;ttl=");
    int ttl = Integer.parseInt(status.replaceAll(".*ttl=(\\d+).*", "$1"));
    assertThat(ttl).isBetween(60 - (int) Gate.DELAY.toSeconds(), 60);
  }

  @Test
  void aMissTellsWhyAndWhetherItIsStored(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", CACHEABLE));
    assertThat(stage.get()).isStoredMiss().hasCacheStatus("fwd=uri-miss");
    assertThat(stage.get("Cache-Control: no-cache")).isMiss().hasCacheStatus("fwd=request");
    assertThat(stage.proxy().send("POST", stage.path(), "x")).hasCacheStatus("fwd=method");
  }

  @Test
  void aStaleResponseTellsThatItWasConfirmed(Stage stage) throws Exception {
    stage.origin(Script.conditional("\"v1\"", "x", "Cache-Control: max-age=0"));
    assertThat(stage.get()).isMiss();
    assertThat(stage.get())
        .isRevalidatedHit()
        .hasCacheStatus("fwd=stale")
        .hasCacheStatus("fwd-status=304");
  }

  @Test
  void whatIsNotStoredSaysSo(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", "Cache-Control: no-store"));
    assertThat(stage.get()).isUnstoredMiss().hasCacheStatus("fwd=uri-miss");
  }

  @Test
  void anotherCachesStatusIsKeptBeforeOurs(Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", CACHEABLE, "Cache-Status: origin-cache; hit; ttl=5"));
    for (String cache : List.of("MISS", "HIT")) {
      Response response = stage.get();
      assertThat(response).hasHeaderLines("X-Cache", cache);
      String status = response.headers().joined("Cache-Status");
      assertThat(status).startsWith("origin-cache; hit; ttl=5, ");
      assertThat(status.split("caching-proxy", -1)).as("ours once in %s", status).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"})
  void everyMethodsAnswerSaysMiss(String method, Stage stage) throws Exception {
    stage.origin(Script.reply(200, "x", CACHEABLE));
    for (int time = 0; time < 2; time++) {
      assertThat(stage.exchange(method))
          .isMiss()
          .hasHeaderLines("X-Cache", "MISS")
          .hasCacheStatus("fwd=method");
    }
    assertThat(stage.requests()).hasSize(2);
  }
}
