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
 * Request fields that are known to be harmless: browsers, command-line clients, SDKs, proxies and
 * tracing send them by default, and no origin reacts to them with an error or with personal data. A
 * response's freshness (RFC 9111 §4.2.2) is guessed only if its request has no other fields.
 *
 * <p>Left out on purpose are credentials and fields that frameworks branch on: {@code X-Api-Key},
 * {@code X-Requested-With}, {@code X-CSRF-Token}, {@code HX-*}, {@code Content-Type} of a request
 * without content, {@code Accept-Version}, the country from a content delivery network, and {@code
 * Purpose} and {@code Sec-Purpose}, since some origins answer a prefetch with nothing. {@code
 * Cookie} and {@code Authorization} are in the list because they have rules of their own.
 *
 * <p>A look-up allocates nothing. Immutable and thread-safe.
 */
public final class HarmlessFields {

  /** RFC 9110 and related: they select a representation, or a part of one. */
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
          // Handled separately by Storability and Heuristic.
          "cookie",
          "authorization");

  /** Hop-by-hop fields, which are not forwarded. */
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

  /** Sent by browsers by default or, as client hints, on the origin's request. */
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

  /** Added by proxies, load balancers and content delivery networks to announce themselves. */
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

  /** Identifiers of a request in logs and traces. */
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

  /** Prefixes of families of names that keep growing. */
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

  /** The fields known to every cache. */
  public static HarmlessFields known() {
    return KNOWN;
  }

  /**
   * The known fields and the operator's own.
   *
   * @param more field names in any case
   */
  public static HarmlessFields knownAnd(Collection<String> more) {
    return more.isEmpty() ? KNOWN : new HarmlessFields(more);
  }

  /** Whether all fields of a request are harmless, as far as is known before its response. */
  public boolean cover(Fields request) {
    for (Field line : request) {
      if (!contains(line.name())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether all fields of a request were harmless, given its response. {@code Origin} is harmless
   * if it names the requested site itself, as browsers do for its fonts, or if the response states,
   * by {@code *} or {@code Vary}, for which origins it is. Otherwise an origin server that echoes
   * it in {@code Access-Control-Allow-Origin} without Vary would let one site lock out all others.
   */
  boolean cover(Fields request, Fields response) {
    return cover(request) && (foreignOrigin(request) == null || saysWhichOrigins(response));
  }

  /**
   * The other site on whose behalf a request is made; null if there is none, or if it doesn't
   * matter. The response to such a request may be for that site only.
   */
  public @Nullable String foreignOrigin(Fields request) {
    return anyOrigin || !request.contains("Origin") || isOwn(request)
        ? null
        : String.join(",", request.values("Origin"));
  }

  /** Whether a field of that name is harmless. */
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

  /** It is the same site whether or not TLS is terminated in front of this proxy. */
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
