package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A site of pages, styles, scripts, images and fonts, on real servers, before a real browser. */
class BrowserIT {

  private static final String PAGE = "/page-7.html";

  @TempDir private static Path root;

  @BeforeAll
  static void writeTheSite() throws IOException {
    Site.write(root);
  }

  // A browser's last processes may still write into its profile when it has ended.
  @ParameterizedTest
  @EnumSource
  void aPageWithAllItsPartsIsMissThenHitAndLooksTheSame(
      SiteServer.Kind kind,
      @TempDir(cleanup = CleanupMode.NEVER) Path profiles,
      @TempDir Path directory)
      throws Exception {
    Chromium chromium = new Chromium(profiles);
    try (SiteServer origin = kind.serve(root, directory);
        RunningProxy proxy = RunningProxy.start(origin.url())) {
      Chromium.View direct = chromium.open(origin.url() + PAGE, "direct");
      int asked = origin.requests().size();

      Chromium.View first = chromium.open(proxy.url(PAGE), "first");
      Set<String> parts = first.responses().keySet();
      assertThat(Stream.of(".html", ".css", ".js", ".png", ".svg", ".woff2"))
          .as("the kinds of parts among %s", parts)
          .allMatch(end -> parts.stream().anyMatch(part -> part.endsWith(end)));
      assertThat(first.field("X-Cache").values()).as(first.toString()).containsOnly("MISS");
      assertThat(origin.requests()).hasSize(asked + parts.size());

      Chromium.View second = chromium.open(proxy.url(PAGE), "second");
      assertThat(second.responses().keySet()).isEqualTo(parts);
      assertThat(second.field("X-Cache").values()).as(second.toString()).containsOnly("HIT");
      assertThat(origin.requests()).as("the origin is not asked").hasSize(asked + parts.size());

      assertThat(statusLines(second)).isEqualTo(Set.of("HTTP/1.1 200 OK"));
      assertThat(second.field("Content-Encoding")).isEqualTo(first.field("Content-Encoding"));
      assertThat(second.field("Content-Type")).isEqualTo(first.field("Content-Type"));
      assertThat(typesByPath(first)).isEqualTo(typesByPath(direct));
      assertThat(first.pixels()).as("%s and %s", direct, first).isEqualTo(direct.pixels());
      assertThat(second.pixels()).as("%s and %s", direct, second).isEqualTo(direct.pixels());
      assertThat(Set.copyOf(distinct(direct.pixels()))).as("no empty page").hasSizeGreaterThan(50);
      assertThat(proxy.log()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFileOfTheSiteIsMissThenHitByteForByte(SiteServer.Kind kind, @TempDir Path directory)
      throws Exception {
    Map<String, byte[]> files = Site.files();
    assertThat(files).hasSizeGreaterThan(80);
    try (SiteServer origin = kind.serve(root, directory);
        RunningProxy proxy = RunningProxy.start(origin.url());
        RawClient client = proxy.client()) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        assertThat(client.get("/" + file.getKey())).isStoredMiss().hasBody(file.getValue());
      }
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        assertThat(client.get("/" + file.getKey())).isHit().hasBody(file.getValue());
      }
      assertThat(origin.requests()).hasSameSizeAs(files.keySet());
    }
  }

  /** Content types by what comes after the authority, which is another behind the proxy. */
  private static Map<String, String> typesByPath(Chromium.View view) {
    return view.field("Content-Type").entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> each.getKey().replaceFirst("http://[^/]+", ""), Map.Entry::getValue));
  }

  private static Set<String> statusLines(Chromium.View view) {
    return view.responses().values().stream().map(each -> each.get(0)).collect(Collectors.toSet());
  }

  private static List<Integer> distinct(int[] pixels) {
    return java.util.Arrays.stream(pixels).distinct().boxed().toList();
  }
}
