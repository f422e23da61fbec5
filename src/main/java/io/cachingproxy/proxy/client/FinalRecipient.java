package io.cachingproxy.proxy.client;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.Field;
import io.cachingproxy.http.FieldNames;
import io.cachingproxy.http.Fields;
import io.cachingproxy.rfc9111.HarmlessFields;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Answers the OPTIONS and TRACE requests that must not be forwarded: those whose Max-Forwards is 0
 * (RFC 9110 §7.6.2).
 */
public final class FinalRecipient {

  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE";

  /** Fields that count as harmless but are never echoed. */
  private static final FieldNames CREDENTIALS =
      FieldNames.of("cookie", "authorization", "proxy-authorization");

  private static final CacheOutcome OUTCOME = CacheOutcome.proxyMade(null, "max-forwards");

  private FinalRecipient() {}

  /**
   * Answers the request.
   *
   * @param lines the request's field lines as received
   */
  public static void answer(ClientExchange client, Iterable<Field> lines) {
    if (client.head().method().equals("TRACE")) {
      byte[] echo = echo(client.servletRequest(), lines).getBytes(StandardCharsets.ISO_8859_1);
      Fields fields =
          Fields.of(
              "Content-Type", "message/http",
              "Content-Length", Integer.toString(echo.length),
              "Cache-Control", "no-store");
      client.begin(HttpStatus.OK_200, fields, OUTCOME);
      client.end(ByteBuffer.wrap(echo));
    } else {
      client.begin(
          HttpStatus.NO_CONTENT_204,
          Fields.of("Allow", METHODS, "Cache-Control", "no-store"),
          OUTCOME);
      client.end(BufferUtil.EMPTY_BUFFER);
    }
  }

  private static String echo(HttpServletRequest request, Iterable<Field> lines) {
    StringBuilder echo = new StringBuilder(256);
    echo.append(request.getMethod()).append(' ').append(request.getRequestURI());
    if (request.getQueryString() != null) {
      echo.append('?').append(request.getQueryString());
    }
    echo.append(' ').append(request.getProtocol()).append("\r\n");
    for (Field line : lines) {
      if (isTold(line.name())) {
        echo.append(line.name()).append(": ").append(line.value()).append("\r\n");
      }
    }
    return echo.append("\r\n").toString();
  }

  /**
   * RFC 9110 §9.3.8: "The final recipient of the request SHOULD exclude any request fields that are
   * likely to contain sensitive data". An unknown field, added by a proxy in front of this one, may
   * be a secret by which the origin recognises that proxy; the sender of the TRACE must not learn
   * it.
   */
  private static boolean isTold(String name) {
    return HarmlessFields.known().contains(name) && !CREDENTIALS.contains(name);
  }
}
