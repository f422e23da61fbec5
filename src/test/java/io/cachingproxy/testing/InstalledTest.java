package io.cachingproxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.Installed.Skipped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledTest {

  @Test
  void allThatWasSkippedIsToldByProgramAndHowToGetIt() {
    assertThat(
            Installed.tell(
                List.of(
                    new Skipped("MetricsIT", "prometheus", "prometheus"),
                    new Skipped("BrowserIT", "nginx", "nginx"),
                    new Skipped("BrowserIT", "nginx", "nginx"),
                    new Skipped("ConfigTest", "promtool", "prometheus"),
                    new Skipped("AnotherIT", "prometheus", "prometheus"))))
        .isEqualTo(
            """
            ------------------------------------------------------------------------
            Skipped, because a program isn't here:
              nginx        BrowserIT
              prometheus   AnotherIT, MetricsIT
              promtool     ConfigTest
            On Debian this installs what is missing:
              apt-get install --no-install-recommends nginx prometheus
            ------------------------------------------------------------------------
            """);
  }

  @Test
  void whatIsNotedIsToldOnce(@TempDir Path directory) throws Exception {
    Path notes = directory.resolve("notes");
    Skipped skipped = new Skipped("BrowserIT", "nginx", "nginx");
    Installed.note(notes, skipped);
    Installed.note(notes, skipped);
    assertThat(Files.readAllLines(notes))
        .hasSize(2)
        .allSatisfy(line -> assertThat(Skipped.parse(line)).isEqualTo(skipped));

    assertThat(Installed.taken(notes)).isEqualTo(Installed.tell(List.of(skipped)));
    assertThat(notes).doesNotExist();
    assertThat(Installed.taken(notes)).isEmpty();
  }

  @Test
  void aProgramThatIsThereIsFound() {
    assertThat(Installed.program("sh", "dash")).isExecutable();
  }
}
