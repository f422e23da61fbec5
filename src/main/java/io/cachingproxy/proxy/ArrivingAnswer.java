package io.cachingproxy.proxy;

import io.cachingproxy.cache.Plan;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.client.ClientExchange;
import io.cachingproxy.proxy.client.StoredResponseWriter;
import io.cachingproxy.proxy.relay.DisconnectWatch;
import io.cachingproxy.proxy.relay.Follower;
import io.cachingproxy.rfc9111.Preconditions;
import io.cachingproxy.rfc9111.StoredHead;
import java.time.Instant;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.BufferUtil;

/** Answers a client with a response that is still arriving for another request. */
final class ArrivingAnswer {

  private ArrivingAnswer() {}

  static void to(
      ClientExchange client, Plan.Follow plan, Instant now, DisconnectWatch disconnects) {
    StoredHead head = plan.head();
    boolean clientHasIt = Preconditions.of(client.head(), head) == Preconditions.NOT_MODIFIED;
    Fields stored = clientHasIt ? Preconditions.notModifiedFields(head.fields()) : head.fields();
    long length = clientHasIt ? ContentLength.UNKNOWN : plan.length();
    Fields fields = StoredResponseWriter.withOurs(stored, length, head.age(now));
    try {
      client.begin(
          clientHasIt ? HttpStatus.NOT_MODIFIED_304 : head.status(), fields, plan.outcome());
    } catch (RuntimeException | Error gone) {
      plan.discard();
      throw gone;
    }
    if (clientHasIt) {
      plan.content().close();
      client.end(BufferUtil.EMPTY_BUFFER);
    } else {
      new Follower(client, plan.content(), disconnects, null).start();
    }
  }
}
