package io.cachingproxy.testing;

import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One request at the origin and the bytes that go back. Used by its script's thread alone.
 *
 * <p>Every write reaches the socket before the method returns.
 */
public final class OriginExchange {

  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  private final ReceivedRequest request;
  private final BodyStream body;
  private final WireReader wire;
  private final Socket socket;
  private final Clock clock;
  private boolean closed;

  OriginExchange(
      ReceivedRequest request, BodyStream body, WireReader wire, Socket socket, Clock clock) {
    this.request = request;
    this.body = body;
    this.wire = wire;
    this.socket = socket;
    this.clock = clock;
  }

  public ReceivedRequest request() {
    return request;
  }

  /** The request's body, to be read as far as the script wants. */
  public BodyStream body() {
    return body;
  }

  /** The whole body of the request. */
  public byte[] readBody() throws IOException {
    return body.readAllBytes();
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Writes these ISO-8859-1 characters as they are. */
  public void write(String latin1) throws IOException {
    write(WireReader.bytes(latin1));
  }

  /** A status line and these field lines, a Date added where there is none, and the empty line. */
  public void head(int status, String... headerLines) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
    boolean dated = false;
    for (String line : headerLines) {
      head.append(line).append("\r\n");
      dated |= line.regionMatches(true, 0, "Date:", 0, 5);
    }
    if (!dated) {
      head.append("Date: ").append(date(0)).append("\r\n");
    }
    write(head.append("\r\n").toString());
  }

  /**
   * A complete response: Content-Length is added where there may be one, and the body left out in
   * answers to HEAD and with 204 and 304.
   */
  public void respond(int status, byte[] content, String... headerLines) throws IOException {
    boolean bodiless = status == 204 || status == 304;
    String[] lines = new String[headerLines.length + (bodiless ? 0 : 1)];
    System.arraycopy(headerLines, 0, lines, 0, headerLines.length);
    if (!bodiless) {
      lines[headerLines.length] = "Content-Length: " + content.length;
    }
    head(status, lines);
    if (!bodiless && !request.method().equals("HEAD")) {
      write(content);
    }
  }

  public void respond(int status, String content, String... headerLines) throws IOException {
    respond(status, WireReader.bytes(content), headerLines);
  }

  /** The head of a response whose body comes in chunks. */
  public void chunkedHead(int status, String... headerLines) throws IOException {
    String[] lines = java.util.Arrays.copyOf(headerLines, headerLines.length + 1);
    lines[headerLines.length] = "Transfer-Encoding: chunked";
    head(status, lines);
  }

  public void chunk(String content) throws IOException {
    chunk(WireReader.bytes(content));
  }

  public void chunk(byte[] content) throws IOException {
    write(Integer.toHexString(content.length) + "\r\n");
    write(content);
    write("\r\n");
  }

  /** Writes that, and says whether the connection still takes it. */
  public boolean isWritable(String content) {
    try {
      write(content);
      return true;
    } catch (IOException closedByPeer) {
      return false;
    }
  }

  /** The last chunk and these trailers. */
  public void lastChunk(String... trailerLines) throws IOException {
    StringBuilder end = new StringBuilder("0\r\n");
    for (String line : trailerLines) {
      end.append(line).append("\r\n");
    }
    write(end.append("\r\n").toString());
  }

  /** An interim (1xx) response. */
  public void interim(int status, String... headerLines) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    write(head.append("\r\n").toString());
  }

  /** The origin's time, so many seconds from now, as an HTTP date. */
  public String date(long secondsFromNow) {
    return date(clock, secondsFromNow);
  }

  static String date(Clock clock, long secondsFromNow) {
    return ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC)
        .plusSeconds(secondsFromNow)
        .format(IMF_FIXDATE);
  }

  /** Reads what comes behind the request, whatever it means; -1 at the end of it. */
  public int read(byte[] bytes) throws IOException {
    return wire.read(bytes, 0, bytes.length);
  }

  /** Ends the sending side of the connection (FIN); reading goes on. */
  public void halfClose() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes the connection in an orderly way (FIN). */
  public void close() throws IOException {
    closed = true;
    socket.shutdownOutput();
    socket.close();
  }

  /** Breaks the connection (RST). */
  public void reset() throws IOException {
    closed = true;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /**
   * Waits until the other side has closed the connection, reading away what still comes.
   *
   * @throws AssertionError if it doesn't within {@link Gate#PATIENCE}
   */
  public void awaitClosedByPeer() {
    byte[] scrap = new byte[8192];
    try {
      socket.setSoTimeout((int) Gate.PATIENCE.toMillis());
      while (socket.getInputStream().read(scrap) >= 0) {
        // What comes now answers nothing: only the end counts.
      }
    } catch (java.net.SocketTimeoutException still) {
      throw new AssertionError("the connection to the origin is still open", still);
    } catch (IOException reset) {
      // A reset closes as well.
    }
    closed = true;
  }

  boolean isClosed() {
    return closed || socket.isClosed();
  }

  private static String reason(int status) {
    return switch (status) {
      case 100 -> "Continue";
      case 103 -> "Early Hints";
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 304 -> "Not Modified";
      case 404 -> "Not Found";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Status " + status;
    };
  }
}
