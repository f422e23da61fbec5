package io.cachingproxy.proxy.origin;

import java.nio.ByteBuffer;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpReceiverOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads the origin's responses, and detects bytes after a response that are no part of it. It tells
 * the request before the end of the content is passed on, so that the response is not stored, and
 * the connection, so that it is not reused.
 *
 * <p>Chunked content ends with the empty line after the last chunk and the trailer fields (RFC 9112
 * §7.1). Jetty tolerates its absence at the end of the connection; here the response is incomplete
 * then (§8).
 *
 * <p>Used by one thread at a time, like Jetty's receiver.
 */
final class OriginReceiver extends HttpReceiverOverHTTP {

  private static final long UNKNOWN = -1;

  /**
   * How many interim responses one exchange may have, and how many characters of fields in them.
   * Jetty keeps them until it has read everything available, so they could fill the memory.
   */
  private static final int MAX_INTERIMS = 10_000;

  private static final long MAX_INTERIM_CHARACTERS = 16 << 20;

  private final OriginConnection connection;

  /** The remaining bytes of content with a length. */
  private long left = UNKNOWN;

  private boolean isChunked;

  private boolean isInterim;
  private int interims;
  private long interimCharacters;

  OriginReceiver(HttpChannelOverHTTP channel) {
    super(channel);
    this.connection = (OriginConnection) channel.getHttpConnection();
  }

  /** Drops what was read but not parsed. */
  void discard() {
    ByteBuffer buffer = getResponseBuffer();
    if (buffer != null) {
      BufferUtil.clear(buffer);
    }
  }

  @Override
  public void startResponse(HttpVersion version, int status, String reason) {
    left = UNKNOWN;
    isChunked = false;
    isInterim = HttpStatus.isInformational(status);
    if (!isInterim) {
      interims = 0;
      interimCharacters = 0;
    } else if (++interims > MAX_INTERIMS) {
      throw tooManyInterims();
    }
    super.startResponse(version, status, reason);
  }

  private static HttpException.RuntimeException tooManyInterims() {
    return new HttpException.RuntimeException(502, "too many interim responses");
  }

  @Override
  public void parsedHeader(HttpField field) {
    if (isInterim) {
      String value = field.getValue();
      interimCharacters += field.getName().length() + (value == null ? 0 : value.length());
      if (interimCharacters > MAX_INTERIM_CHARACTERS) {
        throw tooManyInterims();
      }
    }
    if (field.getHeader() == HttpHeader.CONTENT_LENGTH) {
      left = field.getLongValue();
    } else if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
      isChunked = true;
    }
    super.parsedHeader(field);
  }

  @Override
  public boolean content(ByteBuffer content) {
    if (!isChunked && left != UNKNOWN) {
      left -= content.remaining();
      if (left == 0) {
        lookBehind(getHttpExchange());
      }
    }
    return super.content(content);
  }

  @Override
  public boolean messageComplete() {
    HttpExchange exchange = getHttpExchange();
    if (isChunked && isShutdown()) {
      // Complete content would have ended before the end of the connection was read.
      earlyEOF();
      return false;
    }
    if (exchange != null && !HttpStatus.isInformational(exchange.getResponse().getStatus())) {
      lookBehind(exchange);
      if (announcesWhatCannotBe(exchange)) {
        connection.spoil();
      }
      connection.answered();
    }
    return super.messageComplete();
  }

  private void lookBehind(@Nullable HttpExchange exchange) {
    ByteBuffer buffer = getResponseBuffer();
    if (exchange != null && buffer != null && buffer.hasRemaining()) {
      connection.spoil();
      if (exchange.getRequest() instanceof OriginRequest request) {
        request.surplusFollows();
      }
    }
  }

  /**
   * RFC 9110 §8.6, RFC 9112 §6.1: answers to HEAD and 304s may carry the length of a 200's content,
   * and some origins send that content as well.
   */
  private static boolean announcesWhatCannotBe(HttpExchange exchange) {
    Response response = exchange.getResponse();
    HttpFields fields = response.getHeaders();
    boolean announces =
        fields.contains(HttpHeader.TRANSFER_ENCODING)
            || fields.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
    return announces
        && (HttpMethod.HEAD.is(exchange.getRequest().getMethod())
            || response.getStatus() == HttpStatus.NO_CONTENT_204
            || response.getStatus() == HttpStatus.NOT_MODIFIED_304);
  }

  /** Before the connection is reused, everything that has arrived is read. */
  @Override
  protected void responseSuccess(@Nullable Runnable afterwards) {
    if (afterwards == null || !connection.isAnswered()) {
      super.responseSuccess(afterwards);
      return;
    }
    super.responseSuccess(
        () -> {
          try {
            afterwards.run();
          } finally {
            connection.settle();
          }
        });
  }
}
