package io.cachingproxy.proxy.origin;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ForwardReason;
import io.cachingproxy.proxy.client.ClientExchange;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.request.JettyFields;
import io.cachingproxy.proxy.tunnel.Tunnel;
import io.cachingproxy.proxy.tunnel.Tunnels;
import io.cachingproxy.proxy.tunnel.Upgrade;
import io.cachingproxy.rfc9111.EndToEnd;
import java.util.OptionalLong;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * A client's request to switch protocols, forwarded to the origin. If the origin switches, both
 * connections become a {@link Tunnel}; if not, the client gets the origin's answer and its
 * connection is closed, since what it sent after its request may belong to the other protocol and
 * must never be read as the next request.
 */
public final class UpgradeAttempt {

  /** Jetty requires one; the connection is upgraded here, once the exchange is complete. */
  private static final HttpUpgrader NONE =
      new HttpUpgrader() {
        @Override
        public void prepare(Request request) {}

        @Override
        public void upgrade(Response response, EndPoint endPoint, Callback callback) {
          callback.succeeded();
        }
      };

  private final Upgrade upgrade;
  private final Tunnels tunnels;
  private final ClientExchange client;

  private UpgradeAttempt(Upgrade upgrade, Tunnels tunnels, ClientExchange client) {
    this.upgrade = upgrade;
    this.tunnels = tunnels;
    this.client = client;
  }

  /**
   * Reserves a place for a tunnel, or refuses the client's request.
   *
   * @return whether the origin may be asked
   */
  public static boolean begin(Tunnels tunnels, ClientExchange client) {
    if (tunnels.reserve()) {
      client.isLast(tunnels::release);
      return true;
    }
    client.isLast(() -> {});
    client.originFailed(OriginFailure.BUSY);
    boolean stopping = tunnels.isClosed();
    client.refuse(
        OriginFailure.BUSY.status(),
        CacheOutcome.proxyMade(null, stopping ? "stopping" : "too-many-tunnels"),
        stopping ? "the proxy is stopping" : "too many tunnels are open");
    return false;
  }

  /** Creates an attempt whose place is reserved. */
  public static UpgradeAttempt of(Upgrade upgrade, Tunnels tunnels, ClientExchange client) {
    return new UpgradeAttempt(upgrade, tunnels, client);
  }

  /** Adds the upgrade to the request to the origin. */
  void askIn(OriginRequest request) {
    request.getConversation().setAttribute(HttpUpgrader.class.getName(), NONE);
    request.headers(headers -> headers.add(JettyFields.from(upgrade.asked())));
  }

  /** Whether this 101 is a valid answer to the upgrade. */
  boolean isAnsweredBy(Response response) {
    return response.getVersion() == HttpVersion.HTTP_1_1
        && upgrade.isAnsweredBy(JettyFields.of(response.getHeaders()));
  }

  /**
   * The origin has switched: the tunnel takes over its connection, which has no other owner now.
   */
  void switched(OriginClient origin, Response response, String via, ForwardReason forward) {
    EndPoint end = endPointOf(response);
    Fields head = JettyFields.of(response.getHeaders());
    Fields.Builder fields =
        EndToEnd.response(head).without("Content-Length").toBuilder()
            .add("Connection", "Upgrade")
            .add("Via", via);
    head.values("Upgrade").forEach(chosen -> fields.add("Upgrade", chosen));
    OptionalLong unknown = OptionalLong.empty();
    CacheOutcome outcome =
        new CacheOutcome(
            CacheOutcome.Source.MISS,
            forward,
            response.getStatus(),
            false,
            unknown,
            unknown,
            "upgrade",
            false);
    Tunnel.Ended report = client.switching(response.getStatus(), fields.build(), outcome);
    Tunnel tunnel = origin.newTunnel(tunnels, end, report);
    tunnels.opened(tunnel);
    end.upgrade(tunnel.originSide());
    client.handOver(tunnel::clientSide);
  }

  /** The connection of a response. */
  private static EndPoint endPointOf(Response response) {
    if (response.getRequest() instanceof OriginRequest request
        && request.getConversation().getAttribute(EndPoint.class.getName())
            instanceof EndPoint end) {
      return end;
    }
    throw new IllegalStateException("a response without its connection");
  }
}
