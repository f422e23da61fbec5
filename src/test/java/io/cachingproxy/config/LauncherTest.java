package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.CleanEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Protects the launcher script. It runs in a copy of the project that has the script itself, a Java
 * that only tells how it was called, and a Maven wrapper that only counts how often it was.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path directory;
  private Path home;
  private Path java;
  private Path jar;
  private Path builds;

  @BeforeEach
  void layOutAProject() throws IOException {
    home = Files.createDirectories(directory.toRealPath().resolve("a project"));
    java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    jar = home.resolve("target/caching-proxy.jar");
    builds = home.resolve("builds");
    Files.copy(Path.of("caching-proxy"), home.resolve("caching-proxy"));
    script(home.resolve("caching-proxy"), Files.readString(Path.of("caching-proxy")));
    script(
        java,
        """
        #!/bin/sh
        for a; do
          case $a in
            -XX:ArchiveClassesAtExit=*)
              echo "$*" >> "%1$s"
              [ -f "%1$s.impossible" ] && exit 1
              echo classes > "${a#*=}"
              exit 0 ;;
          esac
        done
        echo pid $$
        for a; do echo "[$a]"; done
        exit 7
        """
            .formatted(directory.toRealPath().resolve("rehearsals")));
    release("17.0.1");
    script(
        home.resolve("mvnw"),
        """
        #!/bin/sh
        echo "noise of the build"
        echo "$*" >> builds
        mkdir -p target && echo jar > target/caching-proxy.jar
        """);
    Files.createDirectories(home.resolve("src/main/java"));
    Files.createDirectories(home.resolve("webapp"));
    for (String source : List.of("pom.xml", "src/main/java/A.java", "webapp/index.html")) {
      Files.writeString(home.resolve(source), "");
    }
    for (String old :
        List.of(
            "pom.xml",
            "src/main/java/A.java",
            "src/main/java",
            "src/main",
            "webapp/index.html",
            "webapp")) {
      makeOld(home.resolve(old));
    }
  }

  @Test
  void theFirstStartBuildsAndTheNextDoesNot() throws Exception {
    Outcome first = launch("--port", "3000");
    assertThat(first.err())
        .isEqualTo(
            """
            caching-proxy: building %s (only when the sources are new; this takes a while)
            noise of the build
            """
                .formatted(jar));
    assertThat(first.status()).isEqualTo(7);

    assertThat(launch("--port", "3000").err()).isEmpty();
    assertThat(builds).hasContent("-q -B -DskipTests -Dspotless.check.skip=true package");
  }

  @Test
  void argumentsReachTheProgramUnchangedAndTheProcessBecomesTheJvm() throws Exception {
    Outcome outcome = launch("--origin", "http://a/?b c", "", "*");
    assertThat(outcome.out().lines())
        .startsWith("pid " + outcome.pid(), "[-XX:MaxDirectMemorySize=1024g]")
        .endsWith("[-jar]", "[" + jar + "]", "[--origin]", "[http://a/?b c]", "[]", "[*]");
  }

  @Test
  void flagsForTheJvmStandBehindOurOwn() throws Exception {
    Outcome outcome = launch(Map.of("CACHING_PROXY_JAVA_OPTS", "-Xmx1g -Xss1m"));
    assertThat(outcome.out().lines())
        .containsSubsequence("[-XX:MaxDirectMemorySize=1024g]", "[-Xmx1g]", "[-Xss1m]", "[-jar]");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', 384",
    "--memory 64MB, '', '', 192",
    "--memory=1GB, 64MB, memory: 2GB, 1152",
    "'', 100m, memory: 2GB, 228",
    "'', '', memory: 2GB, 2176",
    "'', '', 'memory: \"512 MB\" # half', 640",
    "-memory 1GB, '', '', 1152",
    "-memory=1GB, '', '', 1152",
    "--memory 08GB, '', '', 8320",
    "--memory=0512MB, '', '', 640",
    "'', '', '\"memory\": 1GB', 1152",
    "'', '', '  memory : 1GB', 1152",
    "'', '', '\t\"memory\"\t:\t''1 GB''\t', 1152",
    "--memory 512KB, '', '', 129",
    "--memory 104857600, '', '', 229",
    "--memory nonsense, '', '', 384",
    "--memory 900GB, '', '', 31744"
  })
  void theHeapHasRoomForTheHeadsOfWhatFitsIntoTheMemory(
      String flags, String environment, String file, String megabytes) throws Exception {
    Path config = Files.writeString(directory.resolve("proxy.yaml"), "port: 1\n" + file + "\n");
    List<String> arguments = new ArrayList<>(List.of("--config", config.toString()));
    arguments.addAll(flags.isEmpty() ? List.of() : List.of(flags.split(" ")));
    Outcome outcome =
        run(
            home.resolve("caching-proxy"),
            Map.of("CACHING_PROXY_MEMORY", environment),
            arguments.toArray(String[]::new));
    assertThat(outcome.out().lines()).contains("[-Xmx" + megabytes + "m]");
  }

  /** To collect all of a large heap at once would stop everybody for seconds. */
  @Test
  void aLargeHeapIsCollectedALittleAtATime() throws Exception {
    assertThat(launch("--memory", "2GB").out().lines())
        .contains("[-XX:+UseG1GC]")
        .doesNotContain("[-XX:+UseSerialGC]");
    assertThat(launch("--memory", "64MB").out().lines())
        .filteredOn(line -> line.matches("\\[-XX:\\+Use.*GC]"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--config %s", "--config=%s", "-config %s", "-config=%s"})
  void aFileIsFoundHoweverItIsNamedAlsoWhereItBeginsWithAByteOrderMark(String flag)
      throws Exception {
    Path config = Files.writeString(directory.resolve("proxy.yaml"), "\uFEFFmemory: 1GB\r\n");
    assertThat(launch(flag.formatted(config).split(" ")).out().lines()).contains("[-Xmx1152m]");
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:+UseParallelGC, +UseG1GC +UseSerialGC G1UseAdaptiveIHOP HeapFreeRatio Xmn32m",
    "-Xmx64m, Xms48m Xms32m Xmn32m",
    "-Xms1g, Xms48m Xms32m Xmn32m Xmx384m",
    "-Xmn8m, Xms48m Xms32m Xmn32m",
    "-XX:MaxRAMPercentage=5, Xmx384m",
    "-XX:MinHeapFreeRatio=40, HeapFreeRatio=10 HeapFreeRatio=25"
  })
  void aRealJvmStartsWithTheOperatorsFlagsSinceOursGiveWay(String options, String leftOut)
      throws Exception {
    assertThat(launch(Map.of("CACHING_PROXY_JAVA_OPTS", options)).out())
        .contains("[" + options.split(" ")[0] + "]")
        .doesNotContain(leftOut.split(" "));

    theProgramItself();
    Map<String, String> environment =
        Map.of("CACHING_PROXY_JAVA_OPTS", options, "JAVA_HOME", System.getProperty("java.home"));
    Outcome outcome = run(home.resolve("caching-proxy"), environment, "--version");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("caching-proxy ");
    assertThat(outcome.status()).isZero();
  }

  /** A jar that leads to the classes under test. */
  private void theProgramItself() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "io.cachingproxy.app.Main");
    String classes =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" "));
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes);
    Files.delete(jar);
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  @Test
  void whileSomebodyElseBuildsAStartWaitsAndThenUsesWhatWasBuilt() throws Exception {
    Path lock = Files.createDirectories(home.resolve("target/building"));
    script(
        home.resolve("sleep"),
        "#!/bin/sh\necho jar > \"%s\"\nexec rmdir \"%s\"\n".formatted(jar, lock));
    Outcome outcome = launch(Map.of("PATH", home + File.pathSeparator + System.getenv("PATH")));
    assertThat(outcome.err())
        .isEqualTo(
            "caching-proxy: waiting for another build; if there is none, delete " + lock + "\n");
    assertThat(outcome.out()).contains("[-jar]");
    assertThat(builds).doesNotExist();
    assertThat(lock).doesNotExist();
  }

  @Test
  void theArchiveOfClassesIsMadeOnceForAJarAndAJavaAndThenUsed() throws Exception {
    String first = sharedArchive(launch("--port", "3000"));
    assertThat(first).startsWith("[-XX:SharedArchiveFile=" + home + "/target/");
    assertThat(Files.readString(Path.of(first.replaceAll(".*=|]", "")))).isEqualTo("classes\n");
    assertThat(sharedArchive(launch("--port", "3000"))).isEqualTo(first);
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).hasSize(1);

    release("25.0.1");
    assertThat(sharedArchive(launch())).isNotEqualTo(first).contains("25.0.1");
    makeOld(jar);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    launch();
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).as("a newer jar").hasSize(3);
    makeOld(jar);
    makeOld(home.resolve("pom.xml"));
    launch();
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).as("an older jar").hasSize(4);
    try (Stream<Path> files = Files.list(home.resolve("target"))) {
      assertThat(files.filter(file -> file.toString().contains(".jsa"))).hasSize(1);
    }
  }

  @Test
  void anImageIsPreparedWithoutAStart() throws Exception {
    assertThat(launch("--prepare").status()).isZero();
    assertThat(launch("--prepare").out()).isEmpty();
    assertThat(sharedArchive(launch())).contains(home + "/target/");
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).hasSize(1);
  }

  @Test
  void whatOnlyAsksForSomethingMakesNoArchive() throws Exception {
    for (String flag :
        List.of("-h", "-version", "--help", "--version", "--check-config", "--clear-cache")) {
      assertThat(launch(flag).out()).doesNotContain("SharedArchiveFile");
    }
    assertThat(directory.resolve("rehearsals")).doesNotExist();
  }

  @Test
  void anArchiveThatCannotBeMadeIsDoneWithoutAndNotTriedAgain() throws Exception {
    Files.writeString(directory.resolve("rehearsals.impossible"), "");
    for (int i = 0; i < 2; i++) {
      Outcome outcome = launch();
      assertThat(outcome.out()).contains("[-jar]").doesNotContain("SharedArchiveFile");
      assertThat(outcome.err().lines().filter(line -> !line.contains("build"))).isEmpty();
    }
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).hasSize(1);

    Outcome prepared = launch("--prepare");
    assertThat(prepared.status()).isEqualTo(1);
    assertThat(prepared.err())
        .isEqualTo(
            "caching-proxy: no archive of classes: this Java makes none, or there is no place for it\n");

    try (Stream<Path> files = Files.list(home.resolve("target"))) {
      makeOld(files.filter(file -> file.toString().endsWith(".jsa")).findFirst().orElseThrow());
    }
    launch();
    assertThat(Files.readAllLines(directory.resolve("rehearsals"))).as("a day later").hasSize(3);
  }

  @Test
  @DisabledIfSystemProperty(named = "user.name", matches = "root", disabledReason = "may write")
  void wherePlaceBesideTheJarIsNotWritableTheUsersCacheIsAndElseNone() throws Exception {
    launch("--help");
    Set<PosixFilePermission> readOnly = PosixFilePermissions.fromString("r-xr-xr-x");
    Files.setPosixFilePermissions(home.resolve("target"), readOnly);
    Path caches = directory.resolve("caches");
    assertThat(sharedArchive(launch(Map.of("XDG_CACHE_HOME", caches.toString()))))
        .startsWith("[-XX:SharedArchiveFile=" + caches + "/caching-proxy/");
    assertThat(launch(Map.of("XDG_CACHE_HOME", "/dev/null")).out())
        .contains("[-jar]")
        .doesNotContain("SharedArchiveFile");
    Files.setPosixFilePermissions(
        home.resolve("target"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String sharedArchive(Outcome outcome) {
    return outcome
        .out()
        .lines()
        .filter(line -> line.contains("SharedArchiveFile"))
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @CsvSource({"pom.xml", "src/main/java/A.java", "webapp/index.html", "src/main/java"})
  void aChangedSourceIsBuiltOnceMore(String source) throws Exception {
    launch();
    makeOld(jar);
    Files.setLastModifiedTime(home.resolve(source), FileTime.from(LONG_AGO.plusSeconds(60)));
    launch();
    launch();
    assertThat(Files.readAllLines(builds)).hasSize(2);
  }

  @Test
  void theJarOfARunningProxyIsReplacedAndNotWrittenInto() throws Exception {
    launch();
    makeOld(jar);
    Path openElsewhere = Files.createLink(home.resolve("open.jar"), jar);
    Files.writeString(openElsewhere, "the old jar");
    makeOld(jar);
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(LONG_AGO.plusSeconds(60)));
    launch();
    assertThat(openElsewhere).hasContent("the old jar");
    assertThat(jar).hasContent("jar");
  }

  @Test
  void itFindsItsPlaceThroughLinks() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("absolute"), home.resolve("caching-proxy"));
    Path link = Files.createSymbolicLink(bin.resolve("proxy"), Path.of("absolute"));
    assertThat(run(link, Map.of()).out()).contains("[" + jar + "]");
  }

  @Test
  void aJarWithoutSourcesIsRunAsItIs() throws Exception {
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "jar");
    Files.delete(home.resolve("pom.xml"));
    assertThat(launch().out()).contains("[-jar]");
    assertThat(builds).doesNotExist();
  }

  @Test
  void aBuildThatFailsIsToldAndNothingRuns() throws Exception {
    script(home.resolve("mvnw"), "#!/bin/sh\necho broken\nexit 1\n");
    Outcome outcome = launch();
    assertThat(outcome.err())
        .endsWith("broken\ncaching-proxy: the build failed; what it says is above\n");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.status()).isEqualTo(1);
  }

  @Test
  void anOldJavaIsToldAndNothingRuns() throws Exception {
    for (String version : List.of("1.8.0_402", "11.0.2", "16")) {
      release(version);
      Outcome outcome = launch();
      assertThat(outcome.err())
          .isEqualTo(
              "caching-proxy: Java 17 or later is needed, but %s is %s\n".formatted(java, version));
      assertThat(outcome.status()).isEqualTo(1);
    }
  }

  @Test
  void aJavaWithoutAReleaseFileIsAsked() throws Exception {
    Files.delete(directory.resolve("jdk/release"));
    script(
        java,
        "#!/bin/sh\necho Picked up JAVA_TOOL_OPTIONS: x >&2; echo 'openjdk version \"11.0.2\" 2019' >&2\n");
    assertThat(launch().err()).contains("Java 17 or later is needed, but " + java + " is 11.0.2");

    script(java, "#!/bin/sh\necho 'openjdk version \"25-ea\" 2025' >&2\n");
    assertThat(launch().status()).isZero();

    script(java, "#!/bin/sh\nexit 1\n");
    assertThat(launch().err())
        .isEqualTo(
            "caching-proxy: cannot tell the version of " + java + "; Java 17 or later is needed\n");
  }

  @Test
  void noJavaAtAllIsTold() throws Exception {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("dirname", "readlink")) {
      script(tools.resolve(tool), "#!/bin/sh\nPATH=/usr/bin:/bin\nexec " + tool + " \"$@\"\n");
    }
    assertThat(launch(Map.of("JAVA_HOME", "", "PATH", tools.toString())).err())
        .isEqualTo("caching-proxy: no Java found; install Java 17 or later, or set JAVA_HOME\n");
    assertThat(launch(Map.of("JAVA_HOME", "/nowhere")).err())
        .isEqualTo("caching-proxy: JAVA_HOME is /nowhere, but there is no bin/java in it\n");
  }

  private record Outcome(int status, long pid, String out, String err) {}

  private Outcome launch(String... args) throws Exception {
    return run(home.resolve("caching-proxy"), Map.of(), args);
  }

  private Outcome launch(Map<String, String> environment) throws Exception {
    return run(home.resolve("caching-proxy"), environment);
  }

  private Outcome run(Path launcher, Map<String, String> environment, String... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    CleanEnvironment.of(builder);
    builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().putAll(environment);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Outcome(
        process.exitValue(), process.pid(), Files.readString(out), Files.readString(err));
  }

  private void release(String version) throws IOException {
    Files.writeString(
        directory.resolve("jdk/release"),
        "JAVA_VERSION_DATE=\"2021-10-19\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  private static void script(Path path, String content) throws IOException {
    Files.writeString(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void makeOld(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(LONG_AGO));
  }
}
