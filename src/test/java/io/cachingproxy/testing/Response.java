package io.cachingproxy.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One response as a client received it, its body read to the end or to where it broke. */
public final class Response {

  private final ResponseStart start;
  private final byte[] body;
  private final HeaderLines trailers;
  private final boolean truncated;
  private final byte[] raw;

  Response(ResponseStart start, byte[] body, HeaderLines trailers, boolean truncated, byte[] raw) {
    this.start = start;
    this.body = body;
    this.trailers = trailers;
    this.truncated = truncated;
    this.raw = raw;
  }

  public int status() {
    return start.status();
  }

  /** For example {@code HTTP/1.1 200 OK}. */
  public String statusLine() {
    return start.statusLine();
  }

  public HeaderLines headers() {
    return start.headers();
  }

  /** The value of the first line of that name, or null if there is none. */
  public @Nullable String header(String name) {
    return start.headers().first(name);
  }

  /** The 1xx responses that came before this one. */
  public List<ResponseStart> interims() {
    return start.interims();
  }

  public byte[] body() {
    return body.clone();
  }

  /** The body as ISO-8859-1 characters. */
  public String text() {
    return new String(body, ISO_8859_1);
  }

  public HeaderLines trailers() {
    return trailers;
  }

  /** Whether the connection broke before the body was complete. */
  public boolean isTruncated() {
    return truncated;
  }

  /** Every byte received, from the first interim response's to the body's last, at most 1 MiB. */
  public byte[] raw() {
    return raw.clone();
  }

  @Override
  public String toString() {
    String text = text();
    return start.statusLine()
        + "\n"
        + start.headers()
        + "\n\n"
        + (text.length() > 500 ? text.substring(0, 500) + "…" : text)
        + (truncated ? "[broken off after " + body.length + " bytes]" : "");
  }
}
