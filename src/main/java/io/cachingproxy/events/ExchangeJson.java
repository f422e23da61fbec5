package io.cachingproxy.events;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.Exchange;
import io.cachingproxy.http.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/**
 * Formats an exchange as one flat JSON object. Names, units and values follow OpenTelemetry's
 * semantic conventions for HTTP servers; our own are under {@code cache.} and {@code origin.}. A
 * field without a value is left out.
 *
 * <p>Whatever a client sent, the result is valid JSON of less than {@link #MAX_BYTES}, and contains
 * no credentials: no {@code Authorization}, no cookies, no userinfo in a URL, no secret query
 * parameter. Immutable and thread-safe.
 */
final class ExchangeJson {

  /** The largest event; Kafka's own limit is 1 MB per request. */
  static final int MAX_BYTES = 64 * 1024;

  static final int MAX_URL_BYTES = 16 * 1024;
  static final int MAX_URL_PART_BYTES = 10 * 1024;
  static final int MAX_USER_AGENT_BYTES = 4 * 1024;
  static final int MAX_NAME_BYTES = 1024;
  static final int MAX_TOKEN_BYTES = 256;

  /** The methods of OpenTelemetry's convention; any other is {@code _OTHER}. */
  private static final Set<String> KNOWN_METHODS =
      Set.of(
          "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int SERVER_ERRORS = 500;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private final Redaction redaction;

  /** Creates a formatter that redacts events. */
  ExchangeJson(Redaction redaction) {
    this.redaction = redaction;
  }

  /**
   * An event.
   *
   * @param key of the Kafka record: the cache key
   * @param value the JSON
   */
  record Event(byte[] key, byte[] value) {}

  /** Formats an exchange. */
  Event event(Exchange exchange) {
    String cacheKey = cacheKey(exchange);
    return new Event(cacheKey.getBytes(StandardCharsets.UTF_8), value(exchange, cacheKey));
  }

  private byte[] value(Exchange exchange, String cacheKey) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("timestamp", timestamp(exchange.start()));
      writeRequest(json, exchange);
      writeResponse(json, exchange);
      writeCache(json, exchange, cacheKey);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeRequest(JsonGenerator json, Exchange exchange) throws IOException {
    if (KNOWN_METHODS.contains(exchange.method())) {
      json.writeStringField("http.request.method", exchange.method());
    } else {
      json.writeStringField("http.request.method", "_OTHER");
      write(json, "http.request.method_original", exchange.method(), MAX_TOKEN_BYTES);
    }
    String authority = withoutUserinfo(exchange.authority());
    // The rest would be cut off below, together with the scheme and authority before it.
    String query =
        exchange.query() == null ? null : redaction.query(exchange.query(), MAX_URL_BYTES);
    String pathAndQuery = query == null ? exchange.path() : exchange.path() + '?' + query;
    String full = exchange.scheme() + "://" + authority + pathAndQuery;
    write(json, "url.full", full, MAX_URL_BYTES);
    write(json, "url.scheme", exchange.scheme(), MAX_TOKEN_BYTES);
    write(json, "url.path", exchange.path(), MAX_URL_PART_BYTES);
    if (query != null) {
      write(json, "url.query", query, MAX_URL_PART_BYTES);
    }
    writeServer(json, authority);
    write(json, "network.protocol.version", exchange.protocolVersion(), MAX_TOKEN_BYTES);
    write(json, "client.address", exchange.clientAddress(), MAX_TOKEN_BYTES);
    if (exchange.userAgent() != null) {
      write(json, "user_agent.original", exchange.userAgent(), MAX_USER_AGENT_BYTES);
    }
  }

  private static void writeServer(JsonGenerator json, String authority) throws IOException {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    if (!host.isEmpty()) {
      write(json, "server.address", withoutBrackets(host), MAX_NAME_BYTES);
    }
    if (hasPort && isPort(authority, colon + 1)) {
      json.writeNumberField(
          "server.port", Integer.parseInt(authority, colon + 1, authority.length(), 10));
    }
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isPort(String authority, int start) {
    int digits = authority.length() - start;
    return digits >= 1
        && digits <= 5
        && authority.chars().skip(start).allMatch(c -> c >= '0' && c <= '9');
  }

  private static void writeResponse(JsonGenerator json, Exchange exchange) throws IOException {
    if (exchange.status() != 0) {
      json.writeNumberField("http.response.status_code", exchange.status());
    }
    json.writeNumberField("http.response.body.size", exchange.bytesSent());
    writeSeconds(json, "http.server.request.duration", exchange.duration());
    if (exchange.failed()) {
      json.writeStringField("error.type", "incomplete");
    } else if (exchange.status() >= SERVER_ERRORS) {
      json.writeStringField("error.type", Integer.toString(exchange.status()));
    }
  }

  private static void writeCache(JsonGenerator json, Exchange exchange, String cacheKey)
      throws IOException {
    json.writeStringField("cache.key", cacheKey);
    CacheOutcome outcome = exchange.outcome();
    if (outcome != null) {
      CacheOutcome.Source source = outcome.source();
      json.writeStringField("cache.result", source.isHit() ? "HIT" : "MISS");
      json.writeStringField("cache.source", source.name().toLowerCase(Locale.ROOT));
      if (outcome.forward() != null) {
        json.writeStringField("cache.forward_reason", outcome.forward().token());
      }
      if (outcome.detail() != null) {
        write(json, "cache.detail", outcome.detail(), MAX_TOKEN_BYTES);
      }
      if (outcome.ttl().isPresent()) {
        json.writeNumberField("cache.ttl", outcome.ttl().getAsLong());
      }
      if (outcome.age().isPresent()) {
        json.writeNumberField("cache.age", outcome.age().getAsLong());
      }
      json.writeBooleanField("cache.stored", outcome.stored());
      if (outcome.forwardStatus() != 0) {
        json.writeNumberField("origin.status_code", outcome.forwardStatus());
      }
    }
    if (exchange.originDuration() != null) {
      writeSeconds(json, "origin.duration", exchange.originDuration());
    }
  }

  private static void write(JsonGenerator json, String name, String value, int maxBytes)
      throws IOException {
    json.writeStringField(name, JsonText.of(value, maxBytes));
  }

  /** Seconds with six decimals, never in scientific notation, which not every parser accepts. */
  private static void writeSeconds(JsonGenerator json, String name, Duration duration)
      throws IOException {
    BigDecimal fraction = BigDecimal.valueOf(duration.getNano() / 1000, 6);
    json.writeFieldName(name);
    json.writeNumber(BigDecimal.valueOf(duration.getSeconds()).add(fraction).toPlainString());
  }

  private static String timestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  private String cacheKey(Exchange exchange) {
    String uri = withoutUserinfoInUri(exchange.cacheKey());
    // One character beyond the limit, so that the text is marked as cut off.
    return JsonText.of(redaction.uri(uri, MAX_URL_PART_BYTES + 1), MAX_URL_PART_BYTES);
  }

  /** RFC 3986 §3.2.1: userinfo is what precedes the last {@code @} of an authority. */
  private static String withoutUserinfo(String authority) {
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private static String withoutUserinfoInUri(String uri) {
    int scheme = uri.indexOf("://");
    if (scheme < 0) {
      return uri;
    }
    int start = scheme + 3;
    int end = start;
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    int at = uri.lastIndexOf('@', end - 1);
    return at < start ? uri : uri.substring(0, start) + uri.substring(at + 1);
  }
}
