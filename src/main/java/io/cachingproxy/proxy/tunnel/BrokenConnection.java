package io.cachingproxy.proxy.tunnel;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes connections so that the peer can tell: with a reset. */
public final class BrokenConnection {

  private static final Logger LOG = LoggerFactory.getLogger(BrokenConnection.class);

  private BrokenConnection() {}

  /** Makes a reset of the close that follows. */
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
