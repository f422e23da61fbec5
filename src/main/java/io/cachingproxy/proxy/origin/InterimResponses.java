package io.cachingproxy.proxy.origin;

import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.request.JettyFields;
import io.cachingproxy.proxy.tunnel.Tunnel;
import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Keeps the origin's interim responses (RFC 9110 §15.2), however many, apart from the final one,
 * and passes each to the request: without this, Jetty would take the first for the answer. A 101 is
 * not handled here: it ends the exchange, and the connection becomes part of a {@link Tunnel}.
 */
public final class InterimResponses implements ProtocolHandler {

  @Override
  public String getName() {
    return "interim-responses";
  }

  @Override
  public boolean accept(Request request, Response response) {
    return HttpStatus.isInterim(response.getStatus());
  }

  @Override
  public Response.Listener getResponseListener() {
    return new Interim();
  }

  private static final class Interim implements Response.Listener {

    @Override
    public void onSuccess(Response response) {
      HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
      // The next response of this conversation goes to the original listener.
      conversation.updateResponseListeners(null);
      HttpExchange exchange = conversation.getExchanges().peekLast();
      if (exchange != null) {
        int status = response.getStatus();
        // RFC 9110 §8.6: a 1xx has no content, and its length would be taken for the final
        // response's.
        Fields fields = JettyFields.of(response.getHeaders()).without("Content-Length");
        exchange.resetResponse();
        if (response.getRequest() instanceof OriginRequest request) {
          request.interim(status, fields);
        }
      }
    }

    /** The connection broke within the interim response: the exchange ends without a response. */
    @Override
    public void onFailure(Response response, Throwable failure) {
      HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
      // Jetty goes on to notify the original listener that the exchange is complete.
      conversation.updateResponseListeners(null);
    }
  }
}
