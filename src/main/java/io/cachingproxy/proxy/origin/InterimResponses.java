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
 * Takes the origin's interim responses (RFC 9110 §15.2) out of the way of the final one, any number
 * of them, and tells the request of each: without this, the first would count as the answer. 101 is
 * no interim response of this kind: it ends the exchange, and what comes then is a {@link
 * Tunnel}'s.
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
      // The next response of this conversation is for the one who asked.
      conversation.updateResponseListeners(null);
      HttpExchange exchange = conversation.getExchanges().peekLast();
      if (exchange != null) {
        int status = response.getStatus();
        // RFC 9110 §8.6: it has no content, and a length would be taken for the final response's.
        Fields fields = JettyFields.of(response.getHeaders()).without("Content-Length");
        exchange.resetResponse();
        if (response.getRequest() instanceof OriginRequest request) {
          request.interim(status, fields);
        }
      }
    }

    /** The connection broke within it: that is the end of the exchange, not a response. */
    @Override
    public void onFailure(Response response, Throwable failure) {
      HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
      // Jetty goes on to tell whoever asked that the exchange is complete.
      conversation.updateResponseListeners(null);
    }
  }
}
