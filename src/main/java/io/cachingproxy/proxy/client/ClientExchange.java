package io.cachingproxy.proxy.client;

import io.cachingproxy.cache.CacheOutcome;
import io.cachingproxy.cache.StoredAnswer;
import io.cachingproxy.http.FieldBlock;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.ProxyStatus;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.proxy.relay.OriginFailure;
import io.cachingproxy.proxy.relay.Recipient;
import io.cachingproxy.proxy.tunnel.Tunnel;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous exchange with a client: its request, and the one way to answer it, whether the
 * answer comes from the store, from the origin or from the proxy itself.
 *
 * <p>Used by one thread at a time. Exactly one of {@link #complete} and {@link #abort} ends the
 * exchange; later calls do nothing.
 */
public final class ClientExchange implements Recipient, Downloads.Download {

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final ClientStream stream;
  private final ExchangeRecorder recorder;
  private final Downloads downloads;
  private final RequestHead head;
  private final boolean hasContent;
  private @Nullable OriginFailure originFailure;
  private int answerStatus;
  private volatile boolean writing;
  private volatile boolean ended;
  private volatile boolean holding;

  /**
   * Bytes handed to the stream. {@link Downloads} polls it from another thread; a slightly stale
   * value does no harm.
   */
  private long handed;

  private @Nullable ByteBuffer piece;
  private @Nullable Runnable whenLastEnds;

  public ClientExchange(
      HttpServletRequest request,
      HttpServletResponse response,
      ClientStream stream,
      ExchangeRecorder recorder,
      Downloads downloads,
      RequestHead head,
      boolean hasContent) {
    this.request = request;
    this.response = response;
    this.stream = stream;
    this.recorder = recorder;
    this.downloads = downloads;
    this.head = head;
    this.hasContent = hasContent;
  }

  public HttpServletRequest servletRequest() {
    return request;
  }

  public RequestHead head() {
    return head;
  }

  public boolean hasContent() {
    return hasContent;
  }

  boolean isHead() {
    return head.method().equals("HEAD");
  }

  public ClientStream stream() {
    return stream;
  }

  /** Whether part of the response may already be on its way, so that it can't be replaced. */
  @Override
  public boolean isAnswering() {
    return writing;
  }

  /**
   * A client that still has content to send is not checked: the upload itself shows whether it is
   * connected.
   */
  @Override
  public boolean hasLeft() {
    return !hasContent && stream.hasLeft(writing);
  }

  /** RFC 9110 §15.2: never sent to an HTTP/1.0 client. */
  @Override
  public void interim(int status, Fields fields, Runnable whenSent) {
    if (request.getProtocol().equals("HTTP/1.0")) {
      whenSent.run();
    } else {
      stream.writeInterim(status, fields, whenSent);
    }
  }

  @Override
  public void originFailed(OriginFailure failure) {
    originFailure = failure;
  }

  /**
   * Sets status and fields of the answer, including {@code X-Cache} and {@code Cache-Status}.
   * Nothing is sent yet.
   */
  @Override
  public void begin(int status, Fields fields, CacheOutcome outcome) {
    answerStatus = status;
    stream.head(status, withConnection(status, withProxyStatus(fields)));
    recorder.decided(status, outcome);
  }

  /** Like {@link #begin}, for fields as they are stored: see {@link ClientStream#storedHead}. */
  void beginStored(int status, FieldBlock stored, long length, long age, CacheOutcome outcome) {
    if (originFailure == null && whenLastEnds == null) {
      answerStatus = status;
      stream.storedHead(status, stored, length, age);
      recorder.decided(status, outcome);
    } else {
      begin(status, StoredResponseWriter.withOurs(stored, length, age), outcome);
    }
  }

  /** RFC 9112 §7.1.2: only for chunked content, which HTTP/1.0 does not have. */
  @Override
  public void trailers(Supplier<Fields> trailers) {
    if (!isHead() && !request.getProtocol().equals("HTTP/1.0")) {
      stream.trailers(trailers);
    }
  }

  /**
   * Makes this the last exchange on its connection, unless another protocol takes the connection
   * over: what the client sent after its request may not be a request.
   *
   * @param whenEnded runs when the exchange ends without a switch of protocols
   */
  public void isLast(Runnable whenEnded) {
    whenLastEnds = whenEnded;
  }

  private Fields withConnection(int status, Fields fields) {
    return whenLastEnds == null || status == 101
        ? fields
        : fields.toBuilder().add("Connection", "close").build();
  }

  /** Appended to the Proxy-Status members of proxies closer to the origin (RFC 9209 §2). */
  private Fields withProxyStatus(Fields fields) {
    return originFailure == null
        ? fields
        : fields.toBuilder().add(ProxyStatus.FIELD, originFailure.proxyStatus().print()).build();
  }

  /** Writes a piece of the content, see {@link ClientStream#write}. */
  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    writing = true;
    handed += content.remaining();
    piece = content;
    recorder.sent(content.remaining());
    // If the last write is empty and no length is set, the container would announce a length of 0.
    boolean isWhole = last && !(isBodiless() && !content.hasRemaining());
    stream.write(isWhole, content, callback);
  }

  /** Whether the response has no content whatever its fields say (RFC 9110 §6.4.1). */
  private boolean isBodiless() {
    return isHead() || answerStatus == 304 || answerStatus == 204;
  }

  @Override
  public void holdsMemory() {
    holding = true;
    downloads.watch(this);
    if (ended) {
      downloads.forget(this);
    }
  }

  @Override
  public boolean isWaitedFor() {
    ByteBuffer now = piece;
    return now != null && now.hasRemaining();
  }

  @Override
  public long taken() {
    ByteBuffer now = piece;
    return now == null ? handed : handed - now.remaining();
  }

  @Override
  public void letGo() {
    if (!ended) {
      stream.cut();
    }
  }

  /** Ends the exchange after the last write. */
  @Override
  public void complete() {
    if (!ended) {
      ended();
      try {
        recorder.finish();
      } finally {
        stream.complete();
      }
    }
  }

  private void ended() {
    ended = true;
    if (holding) {
      downloads.forget(this);
    }
    if (whenLastEnds != null) {
      whenLastEnds.run();
    }
  }

  /**
   * Sets status and fields of the answer that switches protocols; {@link #handOver} follows.
   *
   * @return reports the exchange when the tunnel has ended
   */
  public Tunnel.Ended switching(int status, Fields fields, CacheOutcome outcome) {
    begin(status, fields, outcome);
    ended = true;
    return recorder.finishLater();
  }

  /** Ends the exchange with the answer set before, and hands the connection over. */
  public void handOver(Function<EndPoint, Connection> successor) {
    stream.handOver(successor);
  }

  /** Aborts the exchange. */
  @Override
  public void abort(Throwable failure) {
    if (!ended) {
      ended();
      recorder.failed();
      try {
        recorder.finish();
      } finally {
        stream.abort(failure);
      }
    }
  }

  /**
   * Answers with an error of the proxy's own: a status and one line of text. Replaces whatever was
   * set on the response before.
   */
  @Override
  public void refuse(int status, CacheOutcome outcome, String text) {
    refuse(status, outcome, text, Fields.empty());
  }

  /**
   * Answers with an error and closes the connection: it may be unclear where the next request
   * begins.
   */
  public void refuseAndClose(int status, CacheOutcome outcome, String text) {
    refuse(status, outcome, text, Fields.of("Connection", "close"));
  }

  /** Answers with an error and additional fields. */
  public void refuse(int status, CacheOutcome outcome, String text, Fields more) {
    response.reset();
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    Fields fields =
        Fields.of(
            "Content-Type", "text/plain;charset=utf-8",
            "Content-Length", Integer.toString(line.length),
            "Cache-Control", "no-store");
    boolean passing = originFailure != null && originFailure.isPassing();
    Fields.Builder all = fields.toBuilder().addAll(more);
    begin(status, passing ? all.add("Retry-After", "1").build() : all.build(), outcome);
    end(isHead() ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(line));
  }

  @Override
  public void answer(StoredAnswer answer, CacheOutcome outcome) {
    StoredResponseWriter.answer(this, answer, outcome);
  }

  @Override
  public void originTook(Duration duration) {
    recorder.originTook(duration);
  }
}
