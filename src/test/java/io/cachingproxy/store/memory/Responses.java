package io.cachingproxy.store.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
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
import org.jspecify.annotations.Nullable;

/** Makes stored responses whose bodies tell by every byte which response they belong to. */
final class Responses {

  private static final int CHUNK = 16 << 10;

  private Responses() {}

  static CacheKey key(int number) {
    return new CacheKey("http://origin.example/" + number);
  }

  /** A head of which those with another variant have other selecting fields. */
  static StoredHead head(String variant) {
    RequestHead request =
        new RequestHead(
            "GET",
            new TargetUri("http", "origin.example", "/", null),
            Fields.of("Accept-Language", variant));
    Fields fields =
        Fields.of("Content-Type", "text/plain", "Vary", "Accept-Language", "Variant", variant);
    return StoredHead.of(
        request,
        new ResponseHead(200, fields),
        Instant.EPOCH,
        Instant.EPOCH,
        CachePolicy.defaults());
  }

  /** A body that the caller owns, or null if the store has no room. */
  static @Nullable Body body(
      ResponseStore store, CacheKey key, String variant, int length, boolean announced) {
    BodyWriter writer = store.newBody(announced ? length : -1);
    if (writer == null) {
      return null;
    }
    byte[] content = content(key, variant, length);
    for (int at = 0; at < length; at += CHUNK) {
      if (!writer.append(ByteBuffer.wrap(content, at, Math.min(CHUNK, length - at)))) {
        writer.abort();
        return null;
      }
    }
    return writer.complete();
  }

  /** A response that isn't put yet. */
  static StoredResponse response(ResponseStore store, CacheKey key, String variant, int length) {
    Body body = requireNonNull(body(store, key, variant, length, true));
    return new StoredResponse(key, head(variant), body, 0);
  }

  /** Puts a response; false if the store has no room for its body. */
  static boolean put(ResponseStore store, CacheKey key, String variant, int length) {
    return put(store, key, variant, length, true);
  }

  static boolean put(
      ResponseStore store, CacheKey key, String variant, int length, boolean announced) {
    Body body = body(store, key, variant, length, announced);
    if (body != null) {
      store.put(new StoredResponse(key, head(variant), body, 0));
    }
    return body != null;
  }

  /** Fails if a body isn't the whole content of that response. The caller holds it. */
  static void assertWhole(StoredResponse response) {
    String variant = requireNonNull(response.head().fields().first("Variant"));
    Body body = response.body();
    byte[] expected = content(response.key(), variant, (int) body.length());
    assertThat(bytes(body)).isEqualTo(expected);
  }

  static byte[] bytes(Body body) {
    ByteBuffer all = ByteBuffer.allocate((int) body.length());
    body.buffers().forEach(all::put);
    assertThat(all.hasRemaining()).isFalse();
    return all.array();
  }

  static byte[] content(CacheKey key, String variant, int length) {
    byte[] content = new byte[length];
    int state = (key.text() + variant).hashCode() + length;
    for (int i = 0; i < length; i++) {
      state = state * 1_103_515_245 + 12_345;
      content[i] = (byte) (state >>> 16);
    }
    return content;
  }
}
