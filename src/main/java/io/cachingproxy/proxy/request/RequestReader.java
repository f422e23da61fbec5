package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.MaxForwards;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.Site;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.request.ClientRequest.Refusal;
import io.cachingproxy.rfc9111.EndToEnd;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads clients' requests, none of which is trusted: ambiguous requests are refused, fields that
 * are not part of the cache key are removed ({@link UnkeyedFields}), and the site is normalised,
 * both in the key and in what the origin is told. Thread-safe.
 */
public final class RequestReader {

  private static final Refusal BAD_HOST =
      new Refusal(400, "bad-host", "the request names no valid host, or more than one");
  private static final Refusal BAD_TARGET =
      new Refusal(400, "bad-target", "the request target is no path, or neither ASCII nor UTF-8");
  private static final Refusal TOO_MANY_FIELDS =
      new Refusal(431, "too-many-fields", "the request has too many fields");
  private static final Refusal UNKNOWN_CODING =
      new Refusal(501, "transfer-coding", "unknown transfer coding");
  private static final Refusal OLD_CODING =
      new Refusal(400, "transfer-coding", "HTTP/1.0 has no transfer codings");

  private static final Refusal LOOP =
      new Refusal(508, "loop", "the request has come back: the origin leads to this proxy");
  private static final Refusal BAD_MAX_FORWARDS =
      new Refusal(400, "max-forwards", "Max-Forwards is no number");

  private static final int USUAL_FIELDS = 16;

  private final KnownSites sites = new KnownSites();
  private final Targets targets;
  private final UnkeyedFields unkeyed;
  private final int maxFields;
  private final Pseudonym pseudonym;

  public RequestReader(ProxySettings settings, Pseudonym pseudonym) {
    this.pseudonym = pseudonym;
    this.targets = new Targets(settings);
    this.unkeyed = new UnkeyedFields(settings.requests().passedFields());
    this.maxFields = settings.requests().maxFields();
  }

  /**
   * Reads a request.
   *
   * @param lines its field lines as the client sent them
   */
  public ClientRequest read(HttpServletRequest request, Iterable<Field> lines) {
    List<Field> kept = new ArrayList<>(USUAL_FIELDS);
    String host = null;
    int hosts = 0;
    boolean keyed = false;
    int count = 0;
    for (Field line : lines) {
      if (++count > maxFields) {
        return refused(request, TOO_MANY_FIELDS);
      }
      if (line.isNamed("Host")) {
        host = line.value();
        hosts++;
      } else if (line.isNamed("Via") && pseudonym.isIn(line.value())) {
        return refused(request, LOOP);
      } else {
        UnkeyedFields.Treatment treatment = unkeyed.treatmentOf(line.name());
        if (treatment != UnkeyedFields.Treatment.REMOVED) {
          kept.add(line);
          keyed |= treatment == UnkeyedFields.Treatment.KEYED;
        }
      }
    }
    Site site = hosts > 1 ? null : siteOf(request, host);
    if (site == null) {
      return refused(request, BAD_HOST);
    }
    Fields fields = fieldsOf(site, kept);
    TargetUri target = targets.at(request, site, keyed ? keyedIn(fields) : null);
    if (target == null) {
      return refused(request, BAD_TARGET);
    }
    Refusal refusal = refusalOfCoding(request, fields);
    return MaxForwards.METHODS.contains(request.getMethod())
        ? counted(request.getMethod(), target, fields, refusal)
        : new ClientRequest(new RequestHead(request.getMethod(), target, fields), refusal, false);
  }

  /**
   * RFC 9110 §7.6.2: "Each intermediary that receives a TRACE or OPTIONS request containing a
   * Max-Forwards header field MUST check and update its value prior to forwarding the request". An
   * invalid value can't be updated, so such a request must not be forwarded.
   */
  private static ClientRequest counted(
      String method, TargetUri target, Fields fields, @Nullable Refusal refusal) {
    int left = MaxForwards.of(fields);
    Refusal invalid = left == MaxForwards.INVALID ? BAD_MAX_FORWARDS : null;
    Fields updated = left > 0 ? fields.with(MaxForwards.FIELD, Integer.toString(left - 1)) : fields;
    return new ClientRequest(
        new RequestHead(method, target, updated), refusal == null ? invalid : refusal, left == 0);
  }

  /** The fields as the cache and the origin see them. */
  private static Fields fieldsOf(Site site, List<Field> kept) {
    Fields.Builder fields = Fields.builder();
    if (!site.authority().isEmpty()) {
      fields.add("Host", site.authority());
    }
    return EndToEnd.asTheOriginSees(fields.addAll(kept).build());
  }

  private ClientRequest refused(HttpServletRequest request, Refusal refusal) {
    return new ClientRequest(
        new RequestHead(request.getMethod(), targets.root(), Fields.empty()), refusal, false);
  }

  /**
   * The site that the request is for; null if it is unclear.
   *
   * <p>RFC 9112 §3.2: "A server MUST respond with a 400 … to any HTTP/1.1 request message that
   * lacks a Host header field and to any request message that contains more than one Host header
   * field line or a Host header field with an invalid field value". RFC 9112 §3.2.2: with an
   * absolute-form target, its host replaces Host; the container applies this, and returns the right
   * name.
   */
  private @Nullable Site siteOf(HttpServletRequest request, @Nullable String host) {
    if (host == null && request.getProtocol().startsWith("HTTP/1.")) {
      return request.getProtocol().equals("HTTP/1.0") ? Site.unnamed(request.getScheme()) : null;
    }
    String name = request.getServerName();
    if (name == null || (host != null && !isHost(host, name))) {
      return null;
    }
    return sites.of(request.getScheme(), name, request.getServerPort());
  }

  /**
   * Whether a Host field is a valid host and port.
   *
   * @param name the effective host, which is validated anyway: almost always that of the field
   */
  private static boolean isHost(String host, String name) {
    int end = name.length();
    boolean isThatName = host.startsWith(name) && (host.length() == end || host.charAt(end) == ':');
    if (!isThatName) {
      int colon = host.lastIndexOf(':');
      end = colon > host.lastIndexOf(']') ? colon : host.length();
      if (Site.of("http", host.substring(0, end), 0) == null) {
        return false;
      }
    }
    for (int i = end + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * The lines of the fields that are part of the cache key; null if Connection removed them all.
   */
  private @Nullable String keyedIn(Fields fields) {
    StringBuilder text = new StringBuilder();
    for (Field line : fields) {
      if (unkeyed.treatmentOf(line.name()) == UnkeyedFields.Treatment.KEYED) {
        text.append(text.isEmpty() ? "" : " ").append(line.name().toLowerCase(Locale.ROOT));
        text.append("=\"");
        text.append(line.value().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    }
    return text.isEmpty() ? null : text.toString();
  }

  /**
   * RFC 9112 §6.1: a transfer coding that can't be decoded is answered with 501; only chunked can.
   * In HTTP/1.0 any coding is "as if the framing is faulty".
   */
  private static @Nullable Refusal refusalOfCoding(HttpServletRequest request, Fields fields) {
    String coding = fields.first("Transfer-Encoding");
    if (coding == null) {
      return null;
    }
    if (request.getProtocol().equals("HTTP/1.0")) {
      return OLD_CODING;
    }
    return coding.strip().equalsIgnoreCase("chunked") ? null : UNKNOWN_CODING;
  }
}
