package io.cachingproxy.proxy.tunnel;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes connections with a reset, so that the peer can tell that they did not end normally. */
public final class BrokenConnection {

  private static final Logger LOG = LoggerFactory.getLogger(BrokenConnection.class);

  private BrokenConnection() {}

  /** Makes the close that follows a reset. */
  public static void reset(EndPoint endPoint) {
    if (endPoint.getTransport() instanceof SocketChannel socket) {
      try {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        LOG.debug("the connection is gone already", e);
      }
    }
  }
}
