package io.cachingproxy.bench;

import static java.util.Objects.requireNonNull;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.CachePolicy;
import io.cachingproxy.rfc9111.StoredHead;
import io.cachingproxy.store.Body;
import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.CacheKey;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Requests and responses as browsers and sites send them. */
final class Samples {

  /** When every stored response arrived. */
  static final Instant ARRIVED = Instant.parse("2026-03-01T12:00:00Z");

  /** When every request is made: all responses are fresh. */
  static final Instant NOW = ARRIVED.plusSeconds(100);

  static final CachePolicy POLICY = CachePolicy.defaults();

  private static final ByteBuffer CONTENT = ByteBuffer.allocateDirect(64 << 10);

  private Samples() {}

  static TargetUri target(String pathAndQuery) {
    return requireNonNull(TargetUri.parse("http://origin.example" + pathAndQuery));
  }

  /** A GET with the fields of a browser and that language. */
  static RequestHead browserRequest(String pathAndQuery, String language) {
    return new RequestHead(
        "GET",
        target(pathAndQuery),
        Fields.of(
            "Host", "www.example",
            "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language", language,
            "Accept-Encoding", "gzip, deflate, br",
            "Referer", "http://www.example/",
            "Connection", "keep-alive"));
  }

  /** A 200 that is fresh for a day, with another field if it isn't empty. */
  static ResponseHead response(String name, String value) {
    Fields.Builder fields =
        Fields.builder()
            .add("Date", HttpDate.print(ARRIVED))
            .add("Server", "nginx")
            .add("Content-Type", "text/html")
            .add("Content-Length", "1024")
            .add("Last-Modified", HttpDate.print(ARRIVED.minusSeconds(86_400)))
            .add("ETag", "\"6b03489d-400\"")
            .add("Cache-Control", "public, max-age=86400, stale-while-revalidate=60");
    if (!name.isEmpty()) {
      fields.add(name, value);
    }
    return new ResponseHead(200, fields.build());
  }

  static StoredHead stored(RequestHead request, ResponseHead response) {
    return StoredHead.of(request, response, ARRIVED, ARRIVED, POLICY);
  }

  /** A response that isn't put yet; the caller owns its body. */
  static StoredResponse stored(ResponseStore store, CacheKey key, StoredHead head, int length) {
    BodyWriter writer = requireNonNull(store.newBody(length), "no room");
    if (!writer.append(CONTENT.duplicate().limit(length))) {
      throw new IllegalStateException("no room");
    }
    Body body = writer.complete();
    return new StoredResponse(key, head, body, 0);
  }
}
