package io.cachingproxy.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/conformance.md} and the code together: what the list names is there, and no
 * case is missing from the list.
 */
final class ConformanceListTest {

  private static final Path LIST = Path.of("docs", "conformance.md");

  private static final List<List<Case>> SUITES =
      List.of(
          StatusConformanceTest.cases(),
          CacheControlConformanceTest.cases(),
          FreshnessConformanceTest.cases(),
          StoringConformanceTest.cases(),
          FieldsConformanceTest.cases(),
          VaryConformanceTest.cases(),
          ValidationConformanceTest.cases(),
          PreconditionConformanceTest.cases(),
          UpdateConformanceTest.cases(),
          StaleConformanceTest.cases(),
          InvalidationConformanceTest.cases(),
          RequestConformanceTest.cases(),
          TargetedConformanceTest.cases(),
          ClockConformanceTest.cases());

  /** Code in a cell: {@code `group/*`}, {@code `Class`}, {@code `ClassTest.method`}. */
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private static final Set<String> LEVELS =
      Set.of("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "ought", "rule");

  private static List<Row> rows = List.of();
  private static final Map<String, Case> CASES = new LinkedHashMap<>();
  private static final Map<String, String> SOURCES = new LinkedHashMap<>();

  /** One row of a table of the list. */
  private record Row(String section, String requirement, String level, String held, String proof) {

    List<String> codes(String cell) {
      List<String> codes = new ArrayList<>();
      for (Matcher code = CODE.matcher(cell); code.find(); ) {
        codes.add(code.group(1));
      }
      return codes;
    }
  }

  @BeforeAll
  static void read() throws IOException {
    rows =
        Files.readAllLines(LIST).stream()
            .filter(line -> line.startsWith("| §") && !line.startsWith("| § |"))
            .map(ConformanceListTest::row)
            .toList();
    for (List<Case> suite : SUITES) {
      for (Case each : suite) {
        assertThat(CASES.put(each.id(), each)).as("a second case %s", each.id()).isNull();
      }
    }
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString();
        SOURCES.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    }
  }

  private static Row row(String line) {
    String[] cells = line.split("(?<!\\\\)\\|", -1);
    assertThat(cells).as(line).hasSize(8);
    return new Row(
        cells[1].strip(), cells[2].strip(), cells[3].strip(), cells[4].strip(), cells[5].strip());
  }

  @Test
  void everyRequirementHasALevelAHolderAndAProof() {
    assertThat(rows).hasSizeGreaterThan(80);
    for (Row row : rows) {
      assertThat(LEVELS).as("%s", row).contains(row.level());
      assertThat(row.codes(row.held())).as("who holds %s", row).isNotEmpty();
      assertThat(row.codes(row.proof())).as("what proves %s", row).isNotEmpty();
    }
  }

  @Test
  void everyClassThatIsNamedExists() {
    for (Row row : rows) {
      assertThat(SOURCES.keySet()).as("%s", row).containsAll(row.codes(row.held()));
    }
  }

  @Test
  void everyProofExists() {
    for (Row row : rows) {
      for (String proof : row.codes(row.proof())) {
        assertThat(proof.contains("/") ? isCase(proof) : isTest(proof))
            .as("%s of %s exists", proof, row)
            .isTrue();
      }
    }
  }

  @Test
  void everyCaseIsInTheList() {
    Set<String> missing = new TreeSet<>(CASES.keySet());
    for (Row row : rows) {
      for (String proof : row.codes(row.proof())) {
        missing.removeIf(id -> matches(proof, id));
      }
    }
    assertThat(missing).as("cases that no requirement refers to").isEmpty();
  }

  private static boolean isCase(String reference) {
    return CASES.keySet().stream().anyMatch(id -> matches(reference, id));
  }

  /** A case's id, {@code *} for any characters in it. */
  private static boolean matches(String reference, String id) {
    return id.matches("\\Q" + reference.replace("*", "\\E.*\\Q") + "\\E");
  }

  private static boolean isTest(String reference) {
    int dot = reference.indexOf('.');
    String source = SOURCES.getOrDefault(dot < 0 ? reference : reference.substring(0, dot), "");
    return dot < 0 ? !source.isEmpty() : source.contains(" " + reference.substring(dot + 1) + "(");
  }
}
