package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Fields;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.proxy.request.ProxySettings;
import java.net.URI;
import java.util.function.ObjIntConsumer;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A request to the origin whose path and query are sent byte for byte: what clients ask for is not
 * always a {@link URI}, so it never becomes one here.
 */
public final class OriginRequest extends HttpRequest {

  /** Stands in where Jetty wants a URI; what counts is overridden below. */
  private static final URI ANY = URI.create("http://origin/");

  /** For the version, and the framing of the content, which the HTTP client adds. */
  private static final int OF_THE_CLIENT_BYTES = 128;

  private final ProxySettings origin;
  private final String method;
  private final TargetUri target;

  private ObjIntConsumer<Fields> interimListener = (fields, status) -> {};
  private Runnable surplusListener = () -> {};

  OriginRequest(HttpClient client, ProxySettings origin, String method, TargetUri target) {
    super(client, new HttpConversation(), ANY);
    this.origin = origin;
    this.method = method;
    this.target = target;
  }

  /** Hears of each interim response (RFC 9110 §15.2), in their order, before the final one. */
  void onInterim(ObjIntConsumer<Fields> listener) {
    interimListener = listener;
  }

  void interim(int status, Fields fields) {
    interimListener.accept(fields, status);
  }

  /** Hears that bytes follow the response that are no part of it, before its content has ended. */
  void onSurplus(Runnable listener) {
    surplusListener = listener;
  }

  void surplusFollows() {
    surplusListener.run();
  }

  /** Methods are case-sensitive (RFC 9110 §9.1). */
  @Override
  public String getMethod() {
    return method;
  }

  /**
   * Whether its head is larger than what the HTTP client sends. Known before it is sent, since it
   * is nothing that the origin could have helped.
   */
  boolean isTooLarge() {
    long bytes = OF_THE_CLIENT_BYTES + method.length() + target.toString().length();
    for (HttpField line : getHeaders()) {
      String value = line.getValue();
      bytes += line.getName().length() + (value == null ? 0 : value.length()) + 4;
    }
    return bytes > origin.maxOriginHeadBytes();
  }

  /** Whether the connection it was sent on had carried other requests before. */
  boolean isOnReusedConnection() {
    return getConnection() instanceof Connection connection && connection.getMessagesIn() > 0;
  }

  /** The exchange of this request, which knows how to go on after an expectation was met. */
  @Nullable HttpExchange exchange() {
    return getConversation().getExchanges().peekLast();
  }

  @Override
  public String getScheme() {
    return origin.scheme();
  }

  @Override
  public String getHost() {
    return origin.host();
  }

  @Override
  public int getPort() {
    return origin.port();
  }

  @Override
  public String getPath() {
    return target.path();
  }

  @Override
  public @Nullable String getQuery() {
    return target.query();
  }
}
