package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.FieldMembers;
import io.cachingproxy.http.FieldNames;
import io.cachingproxy.http.Fields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that are known to be harmless: what browsers, command-line clients, SDKs,
 * proxies and tracing send unasked, and no origin answers with an error or with somebody's own data
 * for. A guess at the freshness of a response (RFC 9111 §4.2.2) is for requests with these alone.
 *
 * <p>Left out on purpose are credentials and whatever frameworks branch on: {@code X-Api-Key},
 * {@code X-Requested-With}, {@code X-CSRF-Token}, {@code HX-*}, {@code Content-Type} of a request
 * without content, {@code Accept-Version}, the country that a content delivery network tells, and
 * {@code Purpose} and {@code Sec-Purpose}, since some origins answer a prefetch with nothing.
 * {@code Cookie} and {@code Authorization} are in the list because they have rules of their own.
 *
 * <p>A look-up allocates nothing. Immutable and thread-safe.
 */
public final class HarmlessFields {

  /** RFC 9110 and its kin: they choose among representations, or ask for less of one. */
  private static final List<String> PROTOCOL =
      List.of(
          "host",
          "accept",
          "accept-charset",
          "accept-encoding",
          "accept-language",
          "user-agent",
          "referer",
          "from",
          "date",
          "content-length",
          "range",
          "if-match",
          "if-none-match",
          "if-modified-since",
          "if-unmodified-since",
          "if-range",
          "cache-control",
          "pragma",
          "max-forwards",
          "early-data",
          "priority",
          // Kept apart by Storability and Heuristic.
          "cookie",
          "authorization");

  /** Of one connection, and so not sent on. */
  private static final List<String> HOP =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /** Sent by browsers unasked, or, as client hints, where the origin asks for them. */
  private static final List<String> BROWSERS =
      List.of(
          "origin",
          "upgrade-insecure-requests",
          "dnt",
          "sec-gpc",
          "save-data",
          "service-worker",
          "device-memory",
          "dpr",
          "width",
          "viewport-width",
          "rtt",
          "downlink",
          "ect");

  /** Of proxies, load balancers and content delivery networks: that they were there. */
  private static final List<String> INTERMEDIARIES =
      List.of(
          "via",
          "cdn-loop",
          "x-varnish",
          "x-request-start",
          "x-queue-start",
          "connect-time",
          "total-route-time",
          "x-amz-cf-id",
          "x-azure-ref",
          "x-azure-requestchain",
          "cf-ray",
          "cf-request-id",
          "cf-ew-via",
          "cf-worker",
          "fastly-client",
          "akamai-origin-hop",
          "x-envoy-attempt-count",
          "x-envoy-expected-rq-timeout-ms");

  /** Numbers by which a request is found again in logs and traces. */
  private static final List<String> TRACING =
      List.of(
          "traceparent",
          "tracestate",
          "baggage",
          "b3",
          "uber-trace-id",
          "sentry-trace",
          "x-request-id",
          "x-correlation-id",
          "x-trace-id",
          "request-id",
          "correlation-id",
          "correlation-context",
          "x-amzn-trace-id",
          "x-cloud-trace-context",
          "x-client-trace-id",
          "x-ms-client-request-id",
          "x-vcap-request-id",
          "x-kong-request-id",
          "x-nf-request-id",
          "x-railway-request-id",
          "x-vercel-id",
          "fly-request-id",
          "rndr-id",
          "ot-tracer-traceid",
          "ot-tracer-spanid",
          "ot-tracer-sampled",
          "newrelic",
          "x-newrelic-id",
          "x-newrelic-transaction",
          "x-dynatrace",
          "x-instana-t",
          "x-instana-s",
          "x-instana-l",
          "elastic-apm-traceparent",
          "sw8",
          "sw8-correlation",
          "postman-token",
          "amz-sdk-invocation-id",
          "amz-sdk-request",
          "x-goog-api-client");

  /** Families of names, each with further members every year. */
  private static final List<String> BEGINNINGS =
      List.of("sec-fetch-", "sec-ch-", "x-b3-", "x-datadog-", "x-stainless-");

  private static final HarmlessFields KNOWN = new HarmlessFields(List.of());

  private final FieldNames names;
  private final boolean anyOrigin;

  private HarmlessFields(Collection<String> more) {
    List<String> all = new ArrayList<>(more);
    for (List<String> group : List.of(PROTOCOL, HOP, BROWSERS, INTERMEDIARIES, TRACING)) {
      all.addAll(group);
    }
    this.names = FieldNames.of(all.toArray(String[]::new));
    this.anyOrigin = more.stream().anyMatch("Origin"::equalsIgnoreCase);
  }

  /** Those that every cache can know. */
  public static HarmlessFields known() {
    return KNOWN;
  }

  /**
   * Those, and more of which the operator knows it.
   *
   * @param more field names in any case
   */
  public static HarmlessFields knownAnd(Collection<String> more) {
    return more.isEmpty() ? KNOWN : new HarmlessFields(more);
  }

  /** Whether all fields of a request are harmless, as far as that can be told before its answer. */
  public boolean cover(Fields request) {
    for (Field line : request) {
      if (!contains(line.name())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether all fields of a request were harmless, seen by its answer: {@code Origin} is where it
   * names the very site that is asked, as browsers do for its fonts, and where the answer says that
   * it is for all origins, or by {@code Vary} for which. An origin server that repeats it in {@code
   * Access-Control-Allow-Origin} and says nothing would otherwise let one site lock all others out.
   */
  boolean cover(Fields request, Fields response) {
    return cover(request) && (foreignOrigin(request) == null || saysWhichOrigins(response));
  }

  /**
   * The other site on whose behalf a request is made; null if there is none, or if it makes no
   * difference. What comes of such a request may be for that site alone.
   */
  public @Nullable String foreignOrigin(Fields request) {
    return anyOrigin || !request.contains("Origin") || isOwn(request)
        ? null
        : String.join(",", request.values("Origin"));
  }

  /** Whether a field of that name is one of them. */
  public boolean contains(String name) {
    if (names.contains(name)) {
      return true;
    }
    for (int i = 0; i < BEGINNINGS.size(); i++) {
      String beginning = BEGINNINGS.get(i);
      if (name.regionMatches(true, 0, beginning, 0, beginning.length())) {
        return true;
      }
    }
    return false;
  }

  /** Whatever speaks TLS in front of this proxy, it is the same site. */
  private static boolean isOwn(Fields request) {
    List<String> origins = request.values("Origin");
    String host = request.first("Host");
    return host != null
        && origins.size() == 1
        && (origins.get(0).equals("http://" + host) || origins.get(0).equals("https://" + host));
  }

  private static boolean saysWhichOrigins(Fields response) {
    List<String> allowed = response.values("Access-Control-Allow-Origin");
    return (allowed.size() == 1 && allowed.get(0).strip().equals("*"))
        || FieldMembers.of(response.values("Vary")).stream().anyMatch("Origin"::equalsIgnoreCase);
  }
}
