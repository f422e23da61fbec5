package io.cachingproxy.endtoend;

import static io.cachingproxy.testing.ResponseAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A real site of pages, styles, scripts, images and fonts, in front of real clients. */
class BrowserIT {

  private static final Path SITE = Installed.directory("/usr/share/doc/copyq/html", "copyq-doc");

  // A browser's last processes may still write into its profile when it has ended.
  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path directory;

  @Test
  void aPageWithAllItsPartsIsMissThenHitAndLooksTheSame(@TempDir Path nginxDirectory)
      throws Exception {
    Chromium chromium = new Chromium(directory);
    try (Nginx nginx = Nginx.serving(SITE, nginxDirectory);
        RunningProxy proxy = RunningProxy.start(nginx.url())) {
      Chromium.View direct = chromium.open(nginx.url() + "/basic-usage.html", "direct");
      int asked = nginx.requests().size();

      Chromium.View first = chromium.open(proxy.url("/basic-usage.html"), "first");
      Set<String> parts = first.responses().keySet();
      assertThat(Stream.of(".html", ".css", ".js", ".png", ".woff2"))
          .as("the kinds of parts among %s", parts)
          .allMatch(kind -> parts.stream().anyMatch(part -> part.contains(kind)));
      assertThat(first.field("X-Cache").values()).as(first.toString()).containsOnly("MISS");
      assertThat(nginx.requests()).hasSize(asked + parts.size());

      Chromium.View second = chromium.open(proxy.url("/basic-usage.html"), "second");
      assertThat(second.responses().keySet()).isEqualTo(parts);
      assertThat(second.field("X-Cache").values()).as(second.toString()).containsOnly("HIT");
      assertThat(nginx.requests()).as("the origin is not asked").hasSize(asked + parts.size());

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

  @Test
  void everyFileOfTheSiteIsMissThenHitByteForByte(@TempDir Path nginxDirectory) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SITE, java.nio.file.FileVisitOption.FOLLOW_LINKS)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(80);
    try (Nginx nginx = Nginx.serving(SITE, nginxDirectory);
        RunningProxy proxy = RunningProxy.start(nginx.url());
        RawClient client = proxy.client()) {
      for (Path file : files) {
        String target = "/" + SITE.relativize(file);
        assertThat(client.get(target)).isStoredMiss().hasBody(Files.readAllBytes(file));
      }
      for (Path file : files) {
        String target = "/" + SITE.relativize(file);
        assertThat(client.get(target)).isHit().hasBody(Files.readAllBytes(file));
      }
      assertThat(nginx.requests()).hasSameSizeAs(files);
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
