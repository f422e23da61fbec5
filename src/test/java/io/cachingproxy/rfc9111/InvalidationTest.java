package io.cachingproxy.rfc9111;

import static io.cachingproxy.rfc9111.Heads.request;
import static io.cachingproxy.rfc9111.Heads.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.TargetUri;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What unsafe methods invalidate (RFC 9111 §4.4). */
class InvalidationTest {

  private static List<String> targets(String method, int status, String... fields) {
    return Invalidation.targets(request(method), response(status, fields)).stream()
        .map(TargetUri::toString)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "FOO", "get"})
  void unsafeAndUnknownMethodsInvalidateTheTarget(String method) {
    assertThat(targets(method, 200)).containsExactly("http://origin/path?q");
    assertThat(targets(method, 303)).containsExactly("http://origin/path?q");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE"})
  void safeMethodsInvalidateNothing(String method) {
    assertThat(targets(method, 200, "Location", "/other")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 400, 404, 500, 503, 600})
  void errorsInvalidateNothing(int status) {
    assertThat(targets("POST", status)).isEmpty();
  }

  @Test
  void locationsOfTheSameOriginAreInvalidatedToo() {
    assertThat(targets("POST", 201, "Location", "/a", "Content-Location", "http://ORIGIN:80/b?c"))
        .containsExactly("http://origin/path?q", "http://origin/a", "http://origin/b?c");
    assertThat(targets("POST", 200, "Content-Location", "/path?q"))
        .containsExactly("http://origin/path?q");
  }

  /** The key holds the bytes that were sent: a client that follows a Location sends these. */
  @Test
  void whatIsSpeltWithPercentSignsIsInvalidatedAsItIsAndInItsNormalForm() {
    assertThat(targets("POST", 201, "Location", "/%7Ea/x/../%c3%a9?%61"))
        .containsExactly(
            "http://origin/path?q", "http://origin/%7Ea/%c3%a9?%61", "http://origin/~a/%C3%A9?a");
  }

  @Test
  void locationsOfOtherOriginsAndNonsenseAreNot() {
    assertThat(
            targets(
                "POST", 201, "Location", "https://origin/a", "Content-Location", "//other/path"))
        .containsExactly("http://origin/path?q");
    assertThat(targets("POST", 201, "Location", "http://", "Content-Location", "\u0001"))
        .containsExactly("http://origin/path?q");
  }
}
