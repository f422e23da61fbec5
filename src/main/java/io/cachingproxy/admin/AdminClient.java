package io.cachingproxy.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells a running proxy to clear its cache, through its {@link AdminServlet}. */
public final class AdminClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  /** More than any answer of ours, in bytes. */
  private static final int MAX_ANSWER = 64 * 1024;

  private AdminClient() {}

  /**
   * Clears the cache. Blocks until that is done, at most 35 s.
   *
   * @param adminUrl where the admin servlet is mapped, for example {@code http://localhost:8000} or
   *     {@code http://localhost:8080/_caching-proxy}
   * @param token the admin token, or null to rely on being on the same machine
   * @throws AdminException if nothing listens there, it refused, or it isn't a caching-proxy
   */
  public static ClearResult clear(URI adminUrl, @Nullable String token) throws AdminException {
    return clear(adminUrl, token, CONNECT_TIMEOUT, READ_TIMEOUT);
  }

  static ClearResult clear(
      URI adminUrl, @Nullable String token, Duration connectTimeout, Duration readTimeout)
      throws AdminException {
    if (token != null && !AdminAccess.isSendable(token)) {
      throw new AdminException("the admin token must be visible ASCII characters");
    }
    try {
      HttpURLConnection connection = open(adminUrl);
      try {
        connection.setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()));
        connection.setReadTimeout(Math.toIntExact(readTimeout.toMillis()));
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setDoOutput(true);
        if (token != null) {
          connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        connection.getOutputStream().close(); // a body of no bytes: Content-Length: 0
        return read(connection, adminUrl);
      } finally {
        connection.disconnect();
      }
    } catch (ConnectException e) {
      throw new AdminException("no caching-proxy is running at " + adminUrl);
    } catch (UnknownHostException e) {
      throw new AdminException("can't find the host of " + adminUrl);
    } catch (SocketTimeoutException e) {
      throw new AdminException(adminUrl + " doesn't answer");
    } catch (IOException e) {
      throw new AdminException("can't talk to " + adminUrl + ": " + oneLine(e.getMessage()));
    }
  }

  private static HttpURLConnection open(URI adminUrl) throws IOException, AdminException {
    String scheme = adminUrl.getScheme();
    if (!("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
        || adminUrl.getHost() == null) {
      throw new AdminException(
          "the admin URL must be like http://localhost:8000, not " + oneLine(adminUrl.toString()));
    }
    String base = adminUrl.getPath() == null ? "" : adminUrl.getRawPath().replaceAll("/+$", "");
    URL url =
        new URL(
            adminUrl.getScheme(), adminUrl.getHost(), adminUrl.getPort(), base + "/admin/clear");
    return (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
  }

  private static ClearResult read(HttpURLConnection connection, URI adminUrl)
      throws IOException, AdminException {
    int status = connection.getResponseCode();
    JsonNode answer = answer(connection, status);
    if (status == 403 && answer.path("error").isTextual()) {
      throw new AdminException(
          adminUrl + " refused to clear its cache: " + oneLine(answer.path("error").asText()));
    }
    JsonNode responses = answer.path("responses");
    JsonNode bytes = answer.path("bytes");
    if (status != 200 || !responses.isIntegralNumber() || !bytes.isIntegralNumber()) {
      throw new AdminException(
          "what runs at "
              + adminUrl
              + " isn't a caching-proxy's admin port (it answered "
              + status
              + ")");
    }
    return new ClearResult(responses.asLong(), bytes.asLong());
  }

  private static JsonNode answer(HttpURLConnection connection, int status) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null ? json.missingNode() : json.readTree(in.readNBytes(MAX_ANSWER));
    } catch (JsonProcessingException e) {
      return json.missingNode();
    }
  }

  /** Makes text from outside fit for a terminal. */
  private static String oneLine(@Nullable String text) {
    if (text == null) {
      return "no reason given";
    }
    String printable = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return printable.length() > 200 ? printable.substring(0, 200) + "…" : printable;
  }
}
