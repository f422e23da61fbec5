package io.cachingproxy.rfc9111;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Updates the fields of a stored response from a newer one (RFC 9111 §3.2). */
final class FieldUpdate {

  /**
   * Fields a stored response keeps: its length, and what its stored bytes are (they are kept as
   * they came, so a coding or range that is not theirs would make them unreadable).
   */
  private static final Set<String> KEPT =
      Set.of("content-length", "content-encoding", "content-range");

  private FieldUpdate() {}

  /**
   * The stored fields, each one that the update carries replaced where it stands, new ones last.
   */
  static Fields merge(Fields stored, Fields update) {
    Fields news =
        EndToEnd.response(update)
            .without(line -> KEPT.contains(line.name().toLowerCase(Locale.ROOT)));
    Set<String> replaced = new HashSet<>();
    Fields.Builder merged = Fields.builder();
    for (Field line : stored) {
      if (!news.contains(line.name())) {
        merged.add(line);
      } else if (replaced.add(line.name().toLowerCase(Locale.ROOT))) {
        addAllNamed(line.name(), news, merged);
      }
    }
    for (Field line : news) {
      if (!replaced.contains(line.name().toLowerCase(Locale.ROOT))) {
        merged.add(line);
      }
    }
    return merged.build();
  }

  private static void addAllNamed(String name, Fields news, Fields.Builder merged) {
    for (Field line : news) {
      if (line.isNamed(name)) {
        merged.add(line);
      }
    }
  }

  static StoredHead freshen(
      StoredHead stored,
      RequestHead request,
      ResponseHead update,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    Fields news = update.fields();
    if (!news.contains("Date")) {
      // RFC 9110 §6.6.1; the stored Date is that of an older message.
      news = news.with("Date", HttpDate.print(responseTime));
    }
    ResponseHead merged = new ResponseHead(stored.status(), merge(stored.fields(), news));
    StoredHead fresh =
        StoredHead.of(requestAsStored(stored, request), merged, requestTime, responseTime, policy);
    return keepsSelecting(stored, request, fresh) ? fresh.withSelecting(stored.selecting()) : fresh;
  }

  /**
   * The request that counts for heuristics. A response that was stored is good for everybody; that
   * the request which validated it had cookies doesn't make it personal.
   */
  private static RequestHead requestAsStored(StoredHead stored, RequestHead request) {
    return switch (stored.freshness().source()) {
      case HEURISTIC, DEFAULT ->
          new RequestHead(
              request.method(),
              request.target(),
              request
                  .fields()
                  .without(line -> line.isNamed("Cookie") || line.isNamed("Authorization")));
      default -> request;
    };
  }

  /**
   * Whether the selecting values of the request that was first answered go on to count: where Vary
   * names the same fields, or the response belongs to another request than this one.
   */
  private static boolean keepsSelecting(StoredHead stored, RequestHead request, StoredHead fresh) {
    return stored.selecting().names().equals(fresh.selecting().names())
        || !stored.selecting().matches(request);
  }

  /** Whether the origin says that everybody may have the response, with the cookie it sets. */
  private static boolean isFreshForAll(
      RequestHead request,
      ResponseHead merged,
      EffectiveDirectives directives,
      CachePolicy policy) {
    Instant date = HttpDate.parse(merged.fields().first("Date"));
    Freshness freshness =
        Freshness.of(request, merged, directives, date == null ? Instant.EPOCH : date, policy);
    return freshness.source().isExplicit()
        && freshness.lifetimeSeconds() > 0
        && !directives.cacheControl().noCache();
  }

  static boolean isAllowed(
      StoredHead stored, RequestHead request, ResponseHead update, CachePolicy policy) {
    ResponseHead merged =
        new ResponseHead(stored.status(), merge(stored.fields(), update.fields()));
    EffectiveDirectives directives = EffectiveDirectives.of(merged.fields(), policy);
    boolean allowed =
        Storability.forbidden(request, merged, directives.cacheControl(), policy)
            == Storability.STORABLE;
    boolean personal =
        (StoredFields.setCookie(update.fields(), directives.cacheControl())
                || Heuristic.isUnusual(request, merged, policy))
            && !isFreshForAll(request, merged, directives, policy);
    // A new Vary asks for values of a request that is no longer known.
    boolean varies =
        update.fields().contains("Vary")
            && !stored.selecting().matches(request)
            && !SelectingFields.of(merged, request).names().equals(stored.selecting().names());
    return allowed && !personal && !varies;
  }
}
