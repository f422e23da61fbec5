package io.cachingproxy.conformance;

import io.cachingproxy.testing.ReceivedRequest;
import io.cachingproxy.testing.Response;
import java.util.List;

/**
 * What happened in one step of a case.
 *
 * @param method the method of the client's request
 * @param response what the client got
 * @param asked the requests the origin received in this step
 * @param contents the contents of the origin's replies so far, the first one at 0; empty for one
 *     without
 * @param times the dates of the case
 */
record Seen(
    String method,
    Response response,
    List<ReceivedRequest> asked,
    List<String> contents,
    Times times) {

  /** The content of the origin's reply with that number. */
  String content(int number) {
    return contents.get(number - 1);
  }

  /** The content the origin sent last. */
  String lastContent() {
    for (int i = contents.size() - 1; i >= 0; i--) {
      if (!contents.get(i).isEmpty()) {
        return contents.get(i);
      }
    }
    return "";
  }

  boolean hasContent() {
    return !method.equals("HEAD")
        && response.status() != 204
        && response.status() != 205
        && response.status() != 304;
  }
}
