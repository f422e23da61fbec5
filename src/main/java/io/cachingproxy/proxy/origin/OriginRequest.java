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
 * always a valid {@link URI}, so it is never converted to one.
 */
public final class OriginRequest extends HttpRequest {

  /** A placeholder, since Jetty requires a URI; the relevant getters are overridden below. */
  private static final URI ANY = URI.create("http://origin/");

  /** Room for the version and the framing fields, which the HTTP client adds. */
  private static final int OF_THE_CLIENT_BYTES = 128;

  private final ProxySettings settings;
  private final String method;
  private final TargetUri target;

  private ObjIntConsumer<Fields> interimListener = (fields, status) -> {};
  private Runnable surplusListener = () -> {};

  OriginRequest(HttpClient client, ProxySettings settings, String method, TargetUri target) {
    super(client, new HttpConversation(), ANY);
    this.settings = settings;
    this.method = method;
    this.target = target;
  }

  /**
   * Sets the listener for interim responses (RFC 9110 §15.2), called in order, before the final
   * one.
   */
  void onInterim(ObjIntConsumer<Fields> listener) {
    interimListener = listener;
  }

  void interim(int status, Fields fields) {
    interimListener.accept(fields, status);
  }

  /** Sets the listener for bytes after the response, called before the end of its content. */
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
   * Whether its head is larger than the HTTP client would send. Checked before it is sent, because
   * such a failure is not the origin's.
   */
  boolean isTooLarge() {
    long bytes = OF_THE_CLIENT_BYTES + method.length() + target.toString().length();
    for (HttpField line : getHeaders()) {
      String value = line.getValue();
      bytes += line.getName().length() + (value == null ? 0 : value.length()) + 4;
    }
    return bytes > settings.maxOriginHeadBytes();
  }

  /** Whether its connection had carried other requests before. */
  boolean isOnReusedConnection() {
    return getConnection() instanceof Connection connection && connection.getMessagesIn() > 0;
  }

  /** The exchange of this request, which continues once an expectation is met. */
  @Nullable HttpExchange exchange() {
    return getConversation().getExchanges().peekLast();
  }

  @Override
  public String getScheme() {
    return settings.origin().scheme();
  }

  @Override
  public String getHost() {
    return settings.origin().host();
  }

  @Override
  public int getPort() {
    return settings.origin().port();
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
