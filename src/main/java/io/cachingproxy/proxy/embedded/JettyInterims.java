package io.cachingproxy.proxy.embedded;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import io.cachingproxy.proxy.request.JettyFields;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sends interim responses through Jetty's core response.
 *
 * <p>Over HTTP/1.1 Jetty writes fields for a 103 only. Other interim responses with fields are
 * written straight to the connection. That is safe because nothing else is written at that time:
 * {@link PendingInterims} sends one at a time and holds the final response back.
 */
record JettyInterims(Request request, Response response) implements PendingInterims.Sender {

  @Override
  public CompletableFuture<?> send(int status, Fields fields) {
    boolean jettyDropsFields =
        request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
            && status != HttpStatus.EARLY_HINTS_103
            && status != HttpStatus.CONTINUE_100;
    if (!jettyDropsFields || fields.size() == 0) {
      return response.writeInterim(status, JettyFields.from(fields));
    }
    if (response.isCommitted()) {
      return CompletableFuture.failedFuture(new IllegalStateException("committed"));
    }
    Callback.Completable written = new Callback.Completable();
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    endPoint.write(written, ByteBuffer.wrap(head(status, fields)));
    return written;
  }

  private static byte[] head(int status, Fields fields) {
    StringBuilder head = new StringBuilder(256).append("HTTP/1.1 ").append(status).append(' ');
    String reason = HttpStatus.getCode(status) == null ? "" : HttpStatus.getMessage(status);
    head.append(reason).append("\r\n");
    for (Field line : fields) {
      head.append(line.name()).append(": ").append(line.value()).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
