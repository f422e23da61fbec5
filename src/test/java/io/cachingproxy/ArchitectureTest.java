package io.cachingproxy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Protects the plan of the house: which room may import what. */
final class ArchitectureTest {

  private static final String ROOT = "io.cachingproxy";

  private static final List<String> RULES = List.of("rfc9111", "http");

  private static final List<String> CACHE =
      List.of("cache", "cache.parts", "cache.collapse", "cache.purge", "store", "rfc9111", "http");

  /**
   * What each room, or room within a room, sees of the others; one that is missing fails a test.
   */
  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              entry("http", List.of()),
              entry("config", List.of()),
              entry("rfc9111", List.of("http")),
              entry("store", RULES),
              entry("store.eviction", List.of()),
              entry("store.memory", with(RULES, "store", "store.eviction")),
              entry("cache.purge", with(RULES, "store")),
              entry("cache.collapse", with(RULES, "store", "cache.purge")),
              entry("cache.parts", with(RULES, "store", "cache.purge", "cache.collapse")),
              entry("cache", CACHE),
              entry("proxy.request", RULES),
              entry("proxy.tunnel", RULES),
              entry("proxy.relay", with(CACHE, "proxy.request")),
              entry("proxy.client", with(CACHE, "proxy.request", "proxy.tunnel", "proxy.relay")),
              entry(
                  "proxy.origin",
                  with(CACHE, "proxy.request", "proxy.tunnel", "proxy.relay", "proxy.client")),
              entry(
                  "proxy.embedded",
                  with(
                      CACHE,
                      "proxy.request",
                      "proxy.tunnel",
                      "proxy.relay",
                      "proxy.client",
                      "proxy.origin")),
              entry(
                  "proxy",
                  with(
                      CACHE,
                      "proxy.request",
                      "proxy.tunnel",
                      "proxy.relay",
                      "proxy.client",
                      "proxy.origin")),
              entry("admin", CACHE),
              entry("metrics", CACHE),
              entry("events", CACHE),
              entry(
                  "app",
                  with(
                      CACHE,
                      "config",
                      "store.memory",
                      "proxy",
                      "proxy.request",
                      "proxy.tunnel",
                      "proxy.client",
                      "proxy.origin",
                      "proxy.embedded",
                      "admin",
                      "metrics",
                      "events"))));

  /** The rooms that may import a library; all others must not. */
  private static final Map<String, List<String>> LIBRARIES =
      new TreeMap<>(
          Map.of(
              "jakarta.servlet..", List.of("proxy", "admin", "app"),
              "org.eclipse.jetty..", List.of("proxy", "app"),
              "org.apache.kafka..", List.of("events"),
              "io.prometheus..", List.of("metrics", "app"),
              "com.github.benmanes.caffeine..", List.of(),
              "org.snakeyaml..", List.of("config"),
              "org.apache.commons.cli..", List.of("config"),
              "com.fasterxml.jackson..", List.of("events", "admin")));

  /**
   * The rest of the embedded server, beside the room for it. In a WAR the container's classes can't
   * be seen, so nothing that is loaded there may need one of these, or what these need.
   */
  private static final List<String> EMBEDDED_ONLY =
      List.of("app.Main", "app.EmbeddedServer", "app.NonBlockingContext", "app.Rehearsal");

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @TestFactory
  Stream<DynamicTest> aRoomImportsOnlyTheRoomsBelowIt() {
    return ROOMS.entrySet().stream()
        .map(
            room -> {
              List<String> allowed = new ArrayList<>();
              room.getValue().forEach(seen -> allowed.add(ROOT + "." + seen));
              allowed.add(ROOT + "." + room.getKey());
              ArchRule rule =
                  noClasses()
                      .that(resideInAPackage(ROOT + "." + room.getKey()))
                      .should()
                      .dependOnClassesThat(
                          resideInAPackage(ROOT + "..")
                              .and(not(resideInAnyPackage(allowed.toArray(String[]::new)))));
              return DynamicTest.dynamicTest(room.getKey(), () -> rule.check(MAIN));
            });
  }

  @TestFactory
  Stream<DynamicTest> aLibraryIsImportedOnlyWhereItBelongs() {
    return LIBRARIES.entrySet().stream()
        .map(
            library -> {
              String[] allowed = packages(library.getValue()).toArray(String[]::new);
              ArchRule rule =
                  noClasses()
                      .that(not(resideInAnyPackage(allowed)))
                      .should()
                      .dependOnClassesThat(resideInAPackage(library.getKey()));
              return DynamicTest.dynamicTest(library.getKey(), () -> rule.check(MAIN));
            });
  }

  @Test
  void thePureRoomsImportNothingButTheJdk() {
    String[] pure = {packageOf("http"), packageOf("rfc9111")};
    classes()
        .that(resideInAnyPackage(pure))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(pure).or(resideInAnyPackage("java..", "org.jspecify..")))
        .check(MAIN);
  }

  @Test
  void everyClassLivesInARoom() {
    String[] rooms = ROOMS.keySet().stream().map(room -> ROOT + "." + room).toArray(String[]::new);
    classes().should().resideInAnyPackage(rooms).check(MAIN);
  }

  @Test
  void noRoomsNeedEachOtherAtAnyDepth() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void theRulesKnowNoClock() {
    noClasses()
        .that(resideInAnyPackage(packageOf("http"), packageOf("rfc9111")))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(MAIN);
  }

  @Test
  void whatRunsInAWarNeedsNoClassOfTheServer() {
    DescribedPredicate<JavaClass> embeddedOnly =
        belongToAnyOf(EMBEDDED_ONLY.stream().map(ArchitectureTest::named).toArray(Class<?>[]::new))
            .or(resideInAPackage(ROOT + ".proxy.embedded"));
    noClasses()
        .that(not(embeddedOnly))
        .should()
        .dependOnClassesThat(
            embeddedOnly.or(
                resideInAnyPackage(
                    "org.eclipse.jetty.server..",
                    "org.eclipse.jetty.session..",
                    "org.eclipse.jetty.security..",
                    "org.eclipse.jetty.ee10.servlet..")))
        .check(MAIN);
  }

  @Test
  void testsAwaitConditionsAndDoNotSleep() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(ROOT);
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "the target is a sleep",
                call ->
                    call.getTarget().getName().equals("sleep")
                        && List.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                            .contains(call.getTargetOwner().getName())))
        .check(tests);
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(ROOT + "." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError("the rule names a class that is gone", e);
    }
  }

  private static List<String> with(List<String> rooms, String... more) {
    return Stream.concat(rooms.stream(), Stream.of(more)).toList();
  }

  private static String packageOf(String room) {
    return ROOT + "." + room + "..";
  }

  private static List<String> packages(List<String> rooms) {
    return rooms.stream().map(ArchitectureTest::packageOf).toList();
  }
}
