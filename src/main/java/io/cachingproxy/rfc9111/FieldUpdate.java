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
import org.jspecify.annotations.Nullable;

/** Updates the fields of a stored response from a newer one (RFC 9111 §3.2). */
final class FieldUpdate {

  /**
   * Fields that a stored response keeps: its length, and what describes its stored bytes. The bytes
   * are kept as received, so another coding or range would make them unreadable.
   */
  private static final Set<String> KEPT =
      Set.of("content-length", "content-encoding", "content-range");

  /** The fields that only state for how long, and for which requests, a response is valid. */
  private static final Set<String> CONFIRMING =
      Set.of("age", "cache-control", "date", "expires", "vary");

  private FieldUpdate() {}

  /**
   * The stored fields with those of the update: a field in both is replaced in its place, new ones
   * are appended.
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

  /** Applies an update to a stored response, for the requester and for the store. */
  static Validation.Freshened freshen(
      StoredHead stored,
      RequestHead request,
      ResponseHead update,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    Fields news = update.fields();
    StoredHead own = updated(stored, request, news, requestTime, responseTime, policy);
    Fields kept = storable(stored, request, news, policy);
    if (kept == null) {
      return new Validation.Freshened(own, null);
    }
    boolean isSame = kept.size() == news.size();
    return new Validation.Freshened(
        own, isSame ? own : updated(stored, request, kept, requestTime, responseTime, policy));
  }

  private static StoredHead updated(
      StoredHead stored,
      RequestHead request,
      Fields update,
      Instant requestTime,
      Instant responseTime,
      CachePolicy policy) {
    // RFC 9110 §6.6.1: the stored Date is that of an older message.
    Fields news =
        update.contains("Date") ? update : update.with("Date", HttpDate.print(responseTime));
    ResponseHead merged = new ResponseHead(stored.status(), merge(stored.fields(), news));
    return StoredHead.of(
        requestAsStored(stored, request),
        merged,
        selecting(stored, request, merged),
        requestTime,
        responseTime,
        policy);
  }

  /**
   * The request to use for heuristics. A stored response may be used for everybody; cookies in the
   * request that validated it don't make it personal.
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
   * The stored selecting values still apply if Vary names the same fields, or if the response does
   * not match this request.
   */
  private static SelectingFields selecting(
      StoredHead stored, RequestHead request, ResponseHead merged) {
    SelectingFields before = stored.selecting();
    SelectingFields after = SelectingFields.of(merged, request);
    return before.names().equals(after.names()) || !before.matches(request) ? before : after;
  }

  /**
   * The fields of the update that may be stored: all but cookies, if a whole response with them
   * could be stored for the same request. Otherwise, unless the update is personal, the stored
   * response is confirmed or becomes stale, and its other fields stay unchanged.
   *
   * @return null if the update is for its requester only
   */
  private static @Nullable Fields storable(
      StoredHead stored, RequestHead request, Fields update, CachePolicy policy) {
    if (needsLostRequest(stored, request, update)) {
      return null;
    }
    RequestHead get = request.asGet();
    if (judged(stored, get, update, policy).isStorable()) {
      return update.without(FieldUpdate::isCookie);
    }
    // The response to an unusual field says nothing about what others get.
    ResponseHead merged = new ResponseHead(stored.status(), merge(stored.fields(), update));
    if (update.stream().anyMatch(FieldUpdate::isCookie)
        || Heuristic.isUnusual(get, merged, policy)) {
      return null;
    }
    Fields confirmation = update.without(line -> !confirms(line, policy));
    Storability verdict = judged(stored, plain(get), confirmation, policy);
    return verdict.isStorable() || verdict.isUseless() ? confirmation : null;
  }

  /** The verdict on the updated response as a whole one. Its stored cookies are already shared. */
  private static Storability judged(
      StoredHead stored, RequestHead request, Fields update, CachePolicy policy) {
    Fields merged = merge(stored.fields().without(FieldUpdate::isCookie), update);
    return Storability.of(request, new ResponseHead(stored.status(), merged), policy);
  }

  private static boolean isCookie(Field line) {
    return line.isNamed("Set-Cookie") || line.isNamed("Set-Cookie2");
  }

  private static boolean confirms(Field line, CachePolicy policy) {
    return CONFIRMING.contains(line.name().toLowerCase(Locale.ROOT))
        || policy.targetedFields().stream().anyMatch(line::isNamed);
  }

  /** The request without anything personal. */
  private static RequestHead plain(RequestHead request) {
    return new RequestHead(
        request.method(),
        request.target(),
        request
            .fields()
            .without(line -> !line.isNamed("Authorization") && !line.isNamed("Cache-Control")));
  }

  /** Whether a new Vary needs values of the original request, which are no longer known. */
  private static boolean needsLostRequest(StoredHead stored, RequestHead request, Fields update) {
    return update.contains("Vary")
        && !stored.selecting().matches(request)
        && !SelectingFields.of(new ResponseHead(stored.status(), update), request)
            .names()
            .equals(stored.selecting().names());
  }
}
