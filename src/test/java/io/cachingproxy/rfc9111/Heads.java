package io.cachingproxy.rfc9111;

import static java.util.Objects.requireNonNull;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Short words for requests, responses and times in the tests of the rules. */
final class Heads {

  /** When every response of these tests was made and arrived. */
  static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  static final CachePolicy POLICY = CachePolicy.defaults();
  static final CachePolicy EXPLICIT_ONLY = guessing(Duration.ZERO, 0, Duration.ofDays(1));

  private Heads() {}

  static CachePolicy guessing(Duration defaultTtl, int percent, Duration max) {
    return new CachePolicy(
        new Guessing(defaultTtl, percent, max, HarmlessFields.known()),
        true,
        true,
        List.of("CDN-Cache-Control"));
  }

  static RequestHead request(String method, String... fields) {
    TargetUri target = requireNonNull(TargetUri.parse("http://origin/path?q"));
    return new RequestHead(method, target, Fields.of(fields));
  }

  static RequestHead get(String... fields) {
    return request("GET", fields);
  }

  /** A response without a Date. */
  static ResponseHead bare(int status, String... fields) {
    return new ResponseHead(status, Fields.of(fields));
  }

  /** A response of {@link #T0}. */
  static ResponseHead response(int status, String... fields) {
    Fields.Builder all = Fields.builder().add("Date", HttpDate.print(T0));
    return new ResponseHead(status, all.addAll(Fields.of(fields)).build());
  }

  static ResponseHead ok(String... fields) {
    return response(200, fields);
  }

  static StoredHead stored(RequestHead request, ResponseHead response) {
    return stored(request, response, POLICY);
  }

  static StoredHead stored(RequestHead request, ResponseHead response, CachePolicy policy) {
    return StoredHead.of(request, response, T0, T0, policy);
  }

  /** A stored 200 to a plain GET. */
  static StoredHead stored(String... fields) {
    return stored(get(), ok(fields));
  }

  static Instant after(double seconds) {
    return T0.plusMillis(Math.round(seconds * 1000));
  }

  static String date(double secondsAfterT0) {
    return HttpDate.print(after(secondsAfterT0));
  }
}
