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
   * Fields a stored response keeps: its length, and what its stored bytes are (they are kept as
   * they came, so a coding or range that is not theirs would make them unreadable).
   */
  private static final Set<String> KEPT =
      Set.of("content-length", "content-encoding", "content-range");

  /** What says how long a response is good, and for which requests, and nothing else. */
  private static final Set<String> CONFIRMING =
      Set.of("age", "cache-control", "date", "expires", "vary");

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

  /** What the update makes of the stored response, for whom. */
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
    // RFC 9110 §6.6.1; the stored Date is that of an older message.
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
   * The selecting values of the request that was first answered go on to count where Vary names the
   * same fields, or the response belongs to another request than this one.
   */
  private static SelectingFields selecting(
      StoredHead stored, RequestHead request, ResponseHead merged) {
    SelectingFields before = stored.selecting();
    SelectingFields after = SelectingFields.of(merged, request);
    return before.names().equals(after.names()) || !before.matches(request) ? before : after;
  }

  /**
   * The fields of the update that may go into the store: all but cookies, where a whole response
   * like that to the same request could. Where it could not, for what the request has alone, but
   * could for somebody else's, the stored response is confirmed and its fields stay as they are.
   *
   * @return null if the update is for its requester alone
   */
  private static @Nullable Fields storable(
      StoredHead stored, RequestHead request, Fields update, CachePolicy policy) {
    if (needsLostRequest(stored, request, update)) {
      return null;
    }
    RequestHead get = request.asGet();
    if (mayKeep(stored, get, update, policy)) {
      return update.without(FieldUpdate::isCookie);
    }
    Fields confirmation = update.without(line -> !confirms(line, policy));
    // What an unusual field provokes is no word on what others get.
    ResponseHead merged = new ResponseHead(stored.status(), merge(stored.fields(), update));
    boolean mayConfirm =
        !update.stream().anyMatch(FieldUpdate::isCookie)
            && !Heuristic.isUnusual(get, merged, policy)
            && mayKeep(stored, plain(get), confirmation, policy);
    return mayConfirm ? confirmation : null;
  }

  /** The stored cookies don't count: they are everybody's already. */
  private static boolean mayKeep(
      StoredHead stored, RequestHead request, Fields update, CachePolicy policy) {
    Fields merged = merge(stored.fields().without(FieldUpdate::isCookie), update);
    Storability verdict =
        Storability.of(request, new ResponseHead(stored.status(), merged), policy);
    return verdict.isStorable() || verdict.isUseless();
  }

  private static boolean isCookie(Field line) {
    return line.isNamed("Set-Cookie") || line.isNamed("Set-Cookie2");
  }

  private static boolean confirms(Field line, CachePolicy policy) {
    return CONFIRMING.contains(line.name().toLowerCase(Locale.ROOT))
        || policy.targetedFields().stream().anyMatch(line::isNamed);
  }

  /** The request as one without anything personal would have made it. */
  private static RequestHead plain(RequestHead request) {
    return new RequestHead(
        request.method(),
        request.target(),
        request
            .fields()
            .without(line -> !line.isNamed("Authorization") && !line.isNamed("Cache-Control")));
  }

  /** Whether a new Vary asks for values of a request that is no longer known. */
  private static boolean needsLostRequest(StoredHead stored, RequestHead request, Fields update) {
    return update.contains("Vary")
        && !stored.selecting().matches(request)
        && !SelectingFields.of(new ResponseHead(stored.status(), update), request)
            .names()
            .equals(stored.selecting().names());
  }
}
