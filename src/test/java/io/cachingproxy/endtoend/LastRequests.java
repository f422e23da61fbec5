package io.cachingproxy.endtoend;

import io.cachingproxy.testing.RawClient;
import io.cachingproxy.testing.Response;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A client that asks for a page over and over on one connection until that ends. */
final class LastRequests implements Callable<LastRequests.End> {

  /** How a connection came to its end. */
  enum End {
    /** The last response said {@code Connection: close}, and was whole. */
    ANNOUNCED,
    /** It was closed between a response and the next, of which nothing came. */
    BETWEEN_REQUESTS,
    /** A response had begun and was not finished, or was none of the origin's. */
    CUT
  }

  private final RunningProxy proxy;
  private final String target;
  private final CountDownLatch underWay;

  /**
   * A client that has not begun.
   *
   * @param underWay counted down once, when the first answer has come
   */
  LastRequests(RunningProxy proxy, String target, CountDownLatch underWay) {
    this.proxy = proxy;
    this.target = target;
    this.underWay = underWay;
  }

  @Override
  public End call() throws IOException {
    try (RawClient client = proxy.client()) {
      Response response = ask(client);
      underWay.countDown();
      for (; ; response = ask(client)) {
        if (response == null) {
          return End.BETWEEN_REQUESTS;
        }
        if (response.isTruncated() || response.status() != 200) {
          return End.CUT;
        }
        if ("close".equals(response.header("Connection"))) {
          client.awaitClose();
          return End.ANNOUNCED;
        }
      }
    }
  }

  private @Nullable Response ask(RawClient client) throws IOException {
    try {
      client.sendRequest("GET", target);
    } catch (SocketException reset) {
      return null;
    }
    return client.readUnlessClosed("GET");
  }
}
