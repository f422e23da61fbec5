package io.cachingproxy.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The provisioned Grafana dashboard, as far as queries go. */
public final class Dashboard {

  static final String FILE = "grafana/dashboards/caching-proxy.json";

  /** Our metrics and those of the JVM exporter all start like this. */
  private static final Pattern METRIC = Pattern.compile("\\b(?:proxy|jvm|process)_\\w+");

  private Dashboard() {}

  /** One query of one panel. */
  public record Query(String panel, String expression) {

    /** With Grafana's own variable replaced, so that Prometheus takes it. */
    public String promql() {
      return expression.replace("$__rate_interval", "1m");
    }

    Set<String> metrics() {
      Set<String> names = new TreeSet<>();
      Matcher matcher = METRIC.matcher(expression);
      while (matcher.find()) {
        names.add(matcher.group());
      }
      return names;
    }

    @Override
    public String toString() {
      return panel + ": " + expression;
    }
  }

  static JsonNode json() throws IOException {
    return DockerFiles.json(FILE);
  }

  /** All queries of all panels. */
  public static List<Query> queries() throws IOException {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : json().path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(new Query(panel.path("title").asText(), target.path("expr").asText()));
      }
    }
    return queries;
  }
}
