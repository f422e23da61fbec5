package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.CacheListener;
import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.Field;
import io.cachingproxy.http.FieldNames;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.Redaction;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.relay.DisconnectWatch;
import io.cachingproxy.proxy.request.ProxySettings;
import io.cachingproxy.proxy.request.Pseudonym;
import io.cachingproxy.proxy.tunnel.Tunnel;
import io.cachingproxy.proxy.tunnel.Tunnels;
import io.cachingproxy.rfc9111.EndToEnd;
import io.cachingproxy.rfc9111.TrailerSection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Creates the requests to the origin and holds what they share: the gate, the deadlines, the
 * clocks. The {@code HttpClient} belongs to the servlet. Thread-safe.
 */
public final class OriginClient {

  /**
   * The conditional fields of a request (RFC 9110 §13.1), and Range: when the cache revalidates,
   * its own conditions replace the client's, and no range is asked for.
   */
  private static final FieldNames CONDITIONS =
      FieldNames.of(
          "if-match",
          "if-none-match",
          "if-modified-since",
          "if-unmodified-since",
          "if-range",
          "range");

  /** "Content received in a … request has no generally defined semantics" (RFC 9110 §9.3). */
  private static final Set<String> CONTENT_HAS_NO_MEANING =
      Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

  private final HttpClient client;
  private final ProxySettings settings;
  private final CacheListener listener;
  private final OriginGate gate;
  private final Clock clock;
  private final DisconnectWatch disconnects;
  private final Deadlines firstBytes;
  private final Deadlines staleWaits;
  private final Deadlines uploads;
  private final LongSupplier nanos;
  private final Pseudonym pseudonym;

  /**
   * Creates the client for the origin in {@code settings}.
   *
   * @param client sends the requests; owned by the caller
   * @param gate limits the requests
   * @param listener is told of every request
   * @param clock the wall clock
   * @param nanos a monotonic clock in nanoseconds
   */
  public OriginClient(
      HttpClient client,
      ProxySettings settings,
      Pseudonym pseudonym,
      OriginGate gate,
      CacheListener listener,
      Clock clock,
      LongSupplier nanos) {
    this.client = client;
    this.settings = settings;
    this.pseudonym = pseudonym;
    this.gate = gate;
    this.listener = listener;
    this.clock = clock;
    this.nanos = nanos;
    this.uploads = new Deadlines(UploadRate.WINDOW, this::schedule, nanos);
    this.disconnects = new DisconnectWatch(this::schedule);
    this.firstBytes =
        new Deadlines(settings.timeouts().firstByte(), this::schedule, System::nanoTime);
    this.staleWaits =
        new Deadlines(settings.timeouts().staleWait(), this::schedule, System::nanoTime);
    gate.pingWith(() -> OriginPing.send(this));
  }

  /** Watches the clients that wait for the origin. */
  public DisconnectWatch disconnects() {
    return disconnects;
  }

  /** The deadlines for the first byte of a response. */
  Deadlines firstBytes() {
    return firstBytes;
  }

  /**
   * The deadlines after which waiting clients get a stale response; a length of zero means none.
   */
  Deadlines staleWaits() {
    return staleWaits;
  }

  /** The deadlines of requests whose content may arrive too slowly. */
  Deadlines uploads() {
    return uploads;
  }

  /** In bytes per second; 0 for no minimum. */
  long minUploadRate() {
    return settings.requests().minUploadRate();
  }

  /** The clock of {@link #uploads}. */
  LongSupplier nanos() {
    return nanos;
  }

  CacheListener listener() {
    return listener;
  }

  OriginGate gate() {
    return gate;
  }

  /** What is hidden when a request is logged. */
  public Redaction redaction() {
    return settings.redaction();
  }

  public Instant now() {
    return clock.instant();
  }

  /**
   * Creates the request for a plan, with the client's end-to-end fields and our own; the caller
   * adds the content.
   */
  OriginRequest newRequest(Plan.AskOrigin plan, Fields forwarded) {
    RequestHead head = plan.request();
    OriginRequest request = new OriginRequest(client, settings, head.method(), head.target());
    Fields.Builder fields = Fields.builder().add("Host", head.target().authority());
    for (Field line : EndToEnd.request(head.fields())) {
      if (isPassedOn(line, plan)) {
        fields.add(line);
      }
    }
    if (TrailerSection.isWelcomeTo(head.fields())) {
      // TE is hop-by-hop; this proxy forwards trailer fields to recipients that accept them.
      fields.add("TE", "trailers").add("Connection", "TE");
    }
    if (hasUnexpectedContent(head)) {
      fields.add("Connection", "close");
    }
    fields.addAll(plan.conditions());
    fields.addAll(forwarded);
    Fields all = fields.build();
    request.headers(
        headers -> {
          headers.clear();
          for (Field line : all) {
            headers.add(line.name(), line.value());
          }
        });
    return request;
  }

  /** Creates the request of an {@link OriginPing}. */
  OriginRequest newPing() {
    TargetUri all =
        new TargetUri(settings.origin().scheme(), settings.origin().authority(), "*", null);
    OriginRequest request = new OriginRequest(client, settings, "OPTIONS", all);
    request.headers(
        headers -> {
          headers.clear();
          headers.add("Host", settings.origin().authority());
          headers.add("Connection", "close");
          // Stops a proxy in front of the origin from forwarding it.
          headers.add("Max-Forwards", "0");
          headers.add("Via", "1.1 " + pseudonym);
        });
    return request;
  }

  /**
   * Whether the request has content that an origin may not expect and may read as the next request
   * on the connection: then there must be no next one (RFC 9110 §9.3.1: "content received in a GET
   * request … might lead some implementations to reject the request and close the connection
   * because of its potential as a request smuggling attack").
   */
  private static boolean hasUnexpectedContent(RequestHead head) {
    String length = head.fields().first("Content-Length");
    boolean hasContent =
        length == null ? head.fields().contains("Transfer-Encoding") : !length.equals("0");
    return hasContent && CONTENT_HAS_NO_MEANING.contains(head.method());
  }

  private static boolean isPassedOn(Field line, Plan.AskOrigin plan) {
    return !line.isNamed("Host")
        && !(plan.replacesConditions() && CONDITIONS.contains(line.name()));
  }

  /** Creates a tunnel between a client's connection and this one to the origin. */
  Tunnel newTunnel(Tunnels tunnels, EndPoint end, Tunnel.Ended listener) {
    long idleMillis = settings.timeouts().idle().toMillis();
    return new Tunnel(
        tunnels, end, client.getExecutor(), client.getByteBufferPool(), idleMillis, listener);
  }

  /** Runs a task on a thread that serves requests, and not on the one that deadlines are met on. */
  public void execute(Runnable task) {
    client.getExecutor().execute(task);
  }

  /** Runs a short, non-blocking task after {@code delay}, unless it is cancelled before. */
  public Scheduler.Task schedule(Runnable task, Duration delay) {
    return client.getScheduler().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }
}
