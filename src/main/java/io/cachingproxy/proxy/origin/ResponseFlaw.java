package io.cachingproxy.proxy.origin;

import java.util.List;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What makes a response head unusable although it could be parsed. */
final class ResponseFlaw {

  private ResponseFlaw() {}

  /** The flaw in a few words, null if there is none. */
  static @Nullable String of(Request request, Response response) {
    if (response.getVersion().compareTo(HttpVersion.HTTP_1_1) > 0) {
      return "another version of HTTP";
    }
    int status = response.getStatus();
    if (status < 100 || status > 999) {
      return "a status that is none";
    }
    if (status == HttpStatus.SWITCHING_PROTOCOLS_101) {
      // RFC 9110 §15.2.2: only in answer to Upgrade; a valid one is not checked here.
      return "101 without an upgrade";
    }
    if (status == HttpStatus.NOT_MODIFIED_304 && hasNoCondition(request)) {
      // RFC 9110 §15.4.5: a 304 refers to a response that the client already has. Without a
      // condition there is none.
      return "304 to a request without a condition";
    }
    return codingFlaw(response);
  }

  /** For other methods a 304 has no meaning, and is passed on as it is. */
  private static boolean hasNoCondition(Request request) {
    HttpFields fields = request.getHeaders();
    return (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod()))
        && !fields.contains(HttpHeader.IF_NONE_MATCH)
        && !fields.contains(HttpHeader.IF_MODIFIED_SINCE);
  }

  private static @Nullable String codingFlaw(Response response) {
    List<String> codings = response.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return null;
    }
    if (response.getVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
      // RFC 9112 §6.1: "MUST treat the message as if the framing is faulty".
      return "a transfer coding in HTTP/1.0";
    }
    if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
      // RFC 9112 §7.4: no other coding was offered in TE, and none is decoded here.
      return "an unknown transfer coding";
    }
    return null;
  }
}
