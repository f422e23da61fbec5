package io.cachingproxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that holds one connection and sends exactly the bytes it is given. Reading waits at most
 * {@link Gate#PATIENCE}, so that a hang fails the test. One thread may write while another reads.
 */
public final class RawClient implements AutoCloseable {

  private final Socket socket;
  private final WireReader wire;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.wire = new WireReader(socket.getInputStream());
  }

  /** A new connection to that loopback port. */
  public static RawClient connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Gate.PATIENCE.toMillis());
      return new RawClient(socket);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sends these ISO-8859-1 characters as they are. */
  public RawClient send(String latin1) throws IOException {
    return send(WireReader.bytes(latin1));
  }

  public RawClient send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Sends a request without a body: request line, Host, these field lines, the empty line. */
  public RawClient sendRequest(String method, String target, String... headerLines)
      throws IOException {
    return send(head(method, target, headerLines));
  }

  /** Sends a request with this body and its Content-Length. */
  public RawClient sendRequest(String method, String target, byte[] body, String... headerLines)
      throws IOException {
    String[] lines = java.util.Arrays.copyOf(headerLines, headerLines.length + 1);
    lines[headerLines.length] = "Content-Length: " + body.length;
    return send(head(method, target, lines)).send(body);
  }

  /** A GET on this connection and its whole response. */
  public Response get(String target, String... headerLines) throws IOException {
    return exchange("GET", target, headerLines);
  }

  /** A request without a body on this connection, and its whole response. */
  public Response exchange(String method, String target, String... headerLines) throws IOException {
    sendRequest(method, target, headerLines);
    return read(method);
  }

  /**
   * The head of the next response, interim responses read before it.
   *
   * @throws TruncatedMessageException if the connection ends before the head is complete
   */
  public ResponseStart readHead() throws IOException {
    wire.startRecording();
    List<ResponseStart> interims = new ArrayList<>();
    while (true) {
      ResponseStart head = nextHead(List.copyOf(interims));
      if (head.status() >= 200 || head.status() == 101) {
        return head;
      }
      interims.add(head);
    }
  }

  /** The next head, be it an interim response's or a final one's. */
  public ResponseStart readInterimOrHead() throws IOException {
    return nextHead(List.of());
  }

  private ResponseStart nextHead(List<ResponseStart> interims) throws IOException {
    try {
      String statusLine = wire.line();
      if (statusLine == null) {
        throw new TruncatedMessageException("the connection was closed without a response");
      }
      return new ResponseStart(statusLine, wire.headerLines(), interims);
    } catch (SocketTimeoutException hangs) {
      throw new AssertionError("no response head within " + Gate.PATIENCE + received(), hangs);
    }
  }

  /** The body that follows this head, in answer to a request with that method. */
  public BodyStream body(String method, ResponseStart head) {
    boolean bodiless = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
    return bodiless ? BodyStream.none(wire) : BodyStream.of(wire, head.headers(), true);
  }

  /** The next response, whole or broken, in answer to a request with that method. */
  public Response read(String method) throws IOException {
    ResponseStart head = readHead();
    BodyStream body = body(method, head);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean truncated = false;
    try {
      body.transferTo(bytes);
    } catch (TruncatedMessageException broken) {
      truncated = true;
    } catch (SocketTimeoutException hangs) {
      throw new AssertionError("no end of the body within " + Gate.PATIENCE + received(), hangs);
    }
    return new Response(head, bytes.toByteArray(), body.trailers(), truncated, wire.recorded());
  }

  /** The next response, or null if the connection was closed without one. */
  public @Nullable Response readUnlessClosed(String method) throws IOException {
    try {
      return read(method);
    } catch (TruncatedMessageException closed) {
      if (wire.recorded().length > 0) {
        throw closed;
      }
      return null;
    }
  }

  /** Waits for the other side to close the connection, which must send nothing more. */
  public void awaitClose() throws IOException {
    wire.startRecording();
    try {
      if (wire.read() >= 0) {
        throw new AssertionError("bytes where the connection should be closed");
      }
    } catch (TruncatedMessageException reset) {
      // A reset closes as well.
    } catch (SocketTimeoutException open) {
      throw new AssertionError("the connection is still open after " + Gate.PATIENCE, open);
    }
  }

  /** Ends the sending side of the connection (FIN); reading goes on. */
  public RawClient halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Breaks the connection (RST). */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The next bytes from the connection, whatever they mean. */
  public byte[] readBytes(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < count) {
      int next = wire.read();
      if (next < 0) {
        throw new TruncatedMessageException("closed after " + bytes.size() + " bytes");
      }
      bytes.write(next);
    }
    return bytes.toByteArray();
  }

  /** Reads some of what comes, whatever it means; -1 at the end. */
  public int read(byte[] bytes) throws IOException {
    return wire.read(bytes, 0, bytes.length);
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      // Nothing is left to close.
    }
  }

  private String head(String method, String target, String... headerLines) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    boolean hasHost = false;
    for (String line : headerLines) {
      hasHost |= line.regionMatches(true, 0, "Host:", 0, 5);
    }
    if (!hasHost) {
      head.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
    }
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private String received() {
    return "; received so far:\n"
        + new String(wire.recorded(), java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
