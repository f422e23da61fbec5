package io.cachingproxy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Protects the plan of the house: which room may import what. */
final class ArchitectureTest {

  private static final String ROOT = "io.cachingproxy";

  /** What each room sees of the others; a room that is missing here fails a test. */
  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.of(
              "http", List.of(),
              "rfc9111", List.of("http"),
              "store", List.of("rfc9111", "http"),
              "cache", List.of("store", "rfc9111", "http"),
              "proxy", List.of("cache", "store", "rfc9111", "http"),
              "admin", List.of("cache", "store", "rfc9111", "http"),
              "metrics", List.of("cache", "store", "rfc9111", "http"),
              "events", List.of("cache", "store", "rfc9111", "http"),
              "config", List.of(),
              "app",
                  List.of(
                      "proxy", "admin", "metrics", "events", "config", "cache", "store", "rfc9111",
                      "http")));

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
   * The classes of the embedded server. In a WAR the container's classes can't be seen, so nothing
   * that is loaded there may need one of these, or what these need.
   */
  private static final List<String> EMBEDDED_ONLY =
      List.of(
          "app.Main",
          "app.EmbeddedServer",
          "app.NonBlockingContext",
          "app.ClientConnections",
          "app.RequestHeadTimeout",
          "app.Drain",
          "app.Rehearsal",
          "proxy.JettyClientStream",
          "proxy.JettyInterims",
          "proxy.ClientConnector",
          "proxy.ExactTargets");

  /** Where the two ways part: it is loaded in a WAR, but its Jetty half is never called there. */
  private static final String FORK = "proxy.ClientStreams";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @TestFactory
  Stream<DynamicTest> aRoomImportsOnlyTheRoomsBelowIt() {
    return ROOMS.entrySet().stream()
        .map(
            room -> {
              List<String> allowed = new ArrayList<>(packages(room.getValue()));
              allowed.add(packageOf(room.getKey()));
              ArchRule rule =
                  noClasses()
                      .that(resideInAPackage(packageOf(room.getKey())))
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
    classes().should().resideInAnyPackage(packages(ROOMS.keySet())).check(MAIN);
  }

  @Test
  void noRoomsNeedEachOther() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
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
        belongToAnyOf(EMBEDDED_ONLY.stream().map(ArchitectureTest::named).toArray(Class<?>[]::new));
    noClasses()
        .that(not(embeddedOnly.or(belongToAnyOf(named(FORK)))))
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

  private static String packageOf(String room) {
    return ROOT + "." + room + "..";
  }

  private static String[] packages(Set<String> rooms) {
    return packages(List.copyOf(rooms)).toArray(String[]::new);
  }

  private static List<String> packages(List<String> rooms) {
    return rooms.stream().map(ArchitectureTest::packageOf).toList();
  }
}
