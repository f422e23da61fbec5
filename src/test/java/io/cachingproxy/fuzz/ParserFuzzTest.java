package io.cachingproxy.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.HttpCache;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.cache.Reception;
import io.cachingproxy.cache.collapse.ArrivingResponse;
import io.cachingproxy.cache.collapse.CollapseLimits;
import io.cachingproxy.config.ConfigException;
import io.cachingproxy.config.ConfigLoader;
import io.cachingproxy.fuzz.ParserTargets.Heads;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.store.memory.MemoryStore;
import io.cachingproxy.testing.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text that others write, however odd, makes a parser or a rule throw. */
final class ParserFuzzTest {

  @Test
  void aFieldsValueIsParsedOrNot() {
    Fuzzing.run(
        700, ParserTargets.VALUES, bytes -> ParserTargets.value(new String(bytes, ISO_8859_1)));
  }

  /** The same request before and after the response has come in, and once more when it is stale. */
  @Test
  void theCacheDecidesWhateverTheFieldsSay() {
    ManualClock clock = new ManualClock();
    MemoryStore store = new MemoryStore(1 << 20, 1 << 18, (cause, bytes) -> {});
    HttpCache cache =
        new HttpCache(
            store,
            CachePolicy.defaults(),
            CollapseLimits.defaults(),
            new CacheListener() {},
            clock);
    Fuzzing.run(
        700,
        ParserTargets.EXCHANGES,
        bytes -> {
          Heads heads = Heads.parse(new String(bytes, ISO_8859_1));
          if (heads != null) {
            for (int i = 0; i < 3; i++) {
              exchange(cache, clock, heads);
              clock.advance(Duration.ofSeconds(30));
            }
          }
        });
    store.close();
  }

  private static void exchange(HttpCache cache, ManualClock clock, Heads heads) {
    Plan plan = cache.plan(heads.request()).toCompletableFuture().join();
    if (plan instanceof Plan.AskOrigin ask) {
      receive(cache, clock, heads, ask, 3);
    } else {
      plan.discard();
    }
  }

  private static void receive(
      HttpCache cache, ManualClock clock, Heads heads, Plan.AskOrigin ask, int left) {
    Reception reception = cache.receive(ask, heads.response(), clock.instant());
    ArrivingResponse storing = null;
    if (reception instanceof Reception.Answer answer) {
      answer.held().close();
    } else if (reception instanceof Reception.Join join) {
      join.held().close();
      storing = join.storing();
    } else if (reception instanceof Reception.Relay relay) {
      storing = relay.storing();
    } else if (reception instanceof Reception.AskAgain again) {
      if (left > 0) {
        receive(cache, clock, heads, again.plan(), left - 1);
      } else {
        again.plan().discard();
      }
    }
    if (storing != null && !storing.append(ByteBuffer.wrap(new byte[5]), true)) {
      storing.abort(new IOException("no room"));
    }
  }

  @Test
  void aConfigurationIsTakenOrRefusedInOneLine(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("config.yaml");
    List<String> seeds =
        List.of(
            "origin: http://example.com\nport: 3000\nmemory: 64MB\ndefault-ttl: 2m\n",
            "# a comment\norigin: \"https://[::1]:8443/base\"\npreserve-host: true\nhost: ''\n",
            "---\n{origin: http://a, cookies: bypass, kafka-bootstrap-servers: 'a:1,b:2'}\n...\n",
            "origin: &a http://a\nadmin-token: |\n  x\n  y\ntargeted-cache-control: [a, b]\n");
    Fuzzing.run(
        100,
        seeds,
        bytes -> {
          Files.write(file, bytes);
          load(Map.of(), "--check-config", "--config", file.toString());
        });
  }

  @Test
  void flagsAndVariablesAreTakenOrRefusedInOneLine() {
    List<String> seeds =
        List.of(
            "--origin\nhttp://example.com:80/a\n--port\n3000\n--memory=64MB\n--preserve-host",
            "--check-config\n--origin=http://[::1]/\n--default-ttl\n1h\n--cookies\nbypass",
            "--clear-cache\n--admin-url\nhttp://localhost:8000\n--admin-token\nx",
            "--help\n--version\n-p\n--\n--no-preserve-host");
    Fuzzing.run(
        150,
        seeds,
        bytes -> {
          String[] words = new String(bytes, UTF_8).split("\n", -1);
          load(Map.of(), words);
          Map<String, String> variables = new HashMap<>();
          for (String word : words) {
            String[] parts = word.split("=", 2);
            String name = parts[0].replace("--", "").replace('-', '_');
            variables.put("CACHING_PROXY_" + name.toUpperCase(java.util.Locale.ROOT), word);
          }
          load(variables, words);
          Map<String, String> parameters = new HashMap<>();
          Arrays.stream(words).forEach(word -> parameters.put(word.replace("--", ""), word));
          try {
            assertThat(
                    ConfigLoader.fromServletParameters(
                        parameters::get, parameters.keySet(), variables))
                .isNotNull();
          } catch (ConfigException refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
          }
        });
  }

  private static void load(Map<String, String> variables, String... words) {
    try {
      assertThat(ConfigLoader.fromCommandLine(words, variables)).isNotNull();
    } catch (ConfigException refused) {
      assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
    }
  }
}
