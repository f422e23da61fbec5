package io.cachingproxy.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cachingproxy.store.ResponseStore.Usage;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears and inspects the cache over HTTP.
 *
 * <ul>
 *   <li>{@code POST /admin/clear}, {@code DELETE /admin/cache}: removes everything stored; answers
 *       {@code {"responses":N,"bytes":N}}; only if {@link AdminAccess} allows it
 *   <li>{@code GET /admin/stats}: statistics as JSON, for everybody who reaches the port
 *   <li>{@code GET /healthz}: 200 while the process lives; {@code GET /readyz}: 200 while it serves
 *       requests, 503 while it starts or stops
 * </ul>
 *
 * <p>Map it with a path prefix, {@code BASE/*}: the paths above follow BASE, which is empty on a
 * separate port ({@code /*}) and {@code /_caching-proxy} inside a web application. A servlet at
 * {@code BASE/metrics} takes precedence as an exact match.
 *
 * <p>Thread-safe. Never blocks: answers are small, and sent by the container.
 */
public final class AdminServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AdminServlet.class);
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain;charset=utf-8";

  private final transient ObjectMapper json = new ObjectMapper();
  private final transient AdminAccess access;
  private final transient Supplier<Usage> clear;
  private final transient Supplier<Map<String, Object>> stats;
  private final transient BooleanSupplier ready;

  /**
   * Creates the servlet.
   *
   * @param access who may clear
   * @param clear clears the cache and returns how much was removed
   * @param stats the statistics in order; values must be suitable for Jackson
   * @param ready whether requests are being served
   */
  public AdminServlet(
      AdminAccess access,
      Supplier<Usage> clear,
      Supplier<Map<String, Object>> stats,
      BooleanSupplier ready) {
    this.access = access;
    this.clear = clear;
    this.stats = stats;
    this.ready = ready;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    switch (path(request)) {
      case "/admin/clear" -> clear(request, response, "POST");
      case "/admin/cache" -> clear(request, response, "DELETE");
      case "/admin/stats" -> {
        if (isRead(request, response)) {
          send(response, 200, stats.get());
        }
      }
      case "/healthz" -> {
        if (isRead(request, response)) {
          send(response, 200, "ok");
        }
      }
      case "/readyz" -> {
        if (isRead(request, response)) {
          boolean isReady = ready.getAsBoolean();
          send(response, isReady ? 200 : 503, isReady ? "ready" : "not ready");
        }
      }
      default -> send(response, 404, error("no such page"));
    }
  }

  private void clear(HttpServletRequest request, HttpServletResponse response, String method)
      throws IOException {
    if (!isOneOf(List.of(method), request, response)) {
      return;
    }
    Access verdict = access.of(request);
    if (verdict != Access.ALLOWED) {
      LOG.warn("Clearing the cache refused to {}: {}", request.getRemoteAddr(), verdict.reason());
      send(response, 403, error(verdict.reason()));
      return;
    }
    Usage removed = clear.get();
    LOG.info(
        "Cache cleared by {}: {} responses, {} bytes",
        request.getRemoteAddr(),
        removed.responses(),
        removed.bytes());
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("responses", removed.responses());
    counts.put("bytes", removed.bytes());
    send(response, 200, counts);
  }

  private boolean isRead(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    return isOneOf(List.of("GET", "HEAD"), request, response);
  }

  /** Whether the method is one of these; if not, answers 405. */
  private boolean isOneOf(
      List<String> methods, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (methods.contains(request.getMethod())) {
      return true;
    }
    response.setHeader("Allow", String.join(", ", methods));
    send(response, 405, error("method not allowed"));
    return false;
  }

  private static Map<String, Object> error(String reason) {
    return Map.of("error", reason);
  }

  private void send(HttpServletResponse response, int status, Map<String, Object> body)
      throws IOException {
    send(response, status, JSON, json.writeValueAsString(body));
  }

  private static void send(HttpServletResponse response, int status, String text)
      throws IOException {
    send(response, status, TEXT, text);
  }

  /**
   * Leaves content and length to the container's buffer: if the length were set here, Jetty would
   * send on this thread and block.
   */
  private static void send(HttpServletResponse response, int status, String type, String content)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.getOutputStream().write((content + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The path below the mapping's base. */
  private static String path(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below != null ? below : request.getServletPath();
  }
}
