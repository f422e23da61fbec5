package io.cachingproxy.conformance;

import io.cachingproxy.testing.OriginExchange;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the origin does with one request of a case. Its content, unless it is given, tells which
 * request of the case it answers: {@code content 1} the first.
 */
final class Reply {

  /** How the reply ends, or doesn't. */
  enum Manner {
    /** Whole, with its Content-Length. */
    WHOLE,
    /** Whole, without a Date. */
    DATELESS,
    /** In chunks, with a trailer field. */
    CHUNKED,
    /** Closed one byte before the announced end. */
    SHORT,
    /** Chunks without the last one, then closed. */
    UNENDED,
    /** Closed without an answer. */
    CLOSED,
    /** Broken (RST) without an answer. */
    RESET,
    /** Never answered: the connection stays until the proxy gives up. */
    SILENT,
    /** Something that is not HTTP. */
    GARBAGE
  }

  private final int status;
  private final List<String> lines;
  private final Manner manner;
  private final @Nullable String content;

  Reply(int status, Manner manner, @Nullable String content, String... lines) {
    this.status = status;
    this.manner = manner;
    this.content = content;
    this.lines = List.of(lines);
  }

  int status() {
    return status;
  }

  boolean hasContent() {
    return status != 204 && status != 205 && status != 304;
  }

  String content(int number) {
    return content == null ? "content " + number : content;
  }

  /** Answers the request with that number, counted from 1. */
  void play(OriginExchange exchange, int number, Times times) throws IOException {
    switch (manner) {
      case CLOSED -> exchange.close();
      case RESET -> exchange.reset();
      case SILENT -> exchange.awaitClosedByPeer();
      case GARBAGE -> {
        exchange.write("This is not HTTP.\r\n\r\n");
        exchange.close();
      }
      default -> message(exchange, number, times);
    }
  }

  private void message(OriginExchange exchange, int number, Times times) throws IOException {
    String body = hasContent() ? content(number) : "";
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    boolean dated = manner == Manner.DATELESS;
    boolean sized = !hasContent() && status != 205;
    for (String line : lines) {
      head.append(times.in(line)).append("\r\n");
      dated |= line.regionMatches(true, 0, "Date:", 0, 5);
      sized |= line.regionMatches(true, 0, "Content-Length:", 0, 15);
    }
    if (!dated) {
      head.append("Date: ").append(exchange.date(0)).append("\r\n");
    }
    boolean chunked = manner == Manner.CHUNKED || manner == Manner.UNENDED;
    if (chunked) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (!sized) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    exchange.write(head.append("\r\n").toString());
    if (exchange.request().method().equals("HEAD") || !hasContent()) {
      return;
    }
    switch (manner) {
      case CHUNKED -> {
        exchange.chunk(body);
        exchange.lastChunk("X-Trailer: from the trailer");
      }
      case UNENDED -> {
        exchange.chunk(body);
        exchange.close();
      }
      case SHORT -> {
        exchange.write(body.substring(1));
        exchange.close();
      }
      default -> exchange.write(body);
    }
  }
}
