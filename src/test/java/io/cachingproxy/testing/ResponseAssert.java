package io.cachingproxy.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** Says what a client must see. A failure shows the whole response. */
public final class ResponseAssert extends AbstractAssert<ResponseAssert, Response> {

  private ResponseAssert(@Nullable Response actual) {
    super(actual, ResponseAssert.class);
  }

  public static ResponseAssert assertThat(@Nullable Response actual) {
    return new ResponseAssert(actual);
  }

  /** Answered from the store without asking the origin: HIT, an Age, and Cache-Status says hit. */
  public ResponseAssert isHit() {
    hasHeaderLines("X-Cache", "HIT");
    Assertions.assertThat(cacheStatus()).as(said()).contains("hit");
    Assertions.assertThat(actual.headers().values("Age"))
        .as("Age of %s", actual)
        .singleElement()
        .asString()
        .matches("[0-9]+");
    return isWhole();
  }

  /** Answered from the store after the origin confirmed it with a 304. */
  public ResponseAssert isRevalidatedHit() {
    hasHeaderLines("X-Cache", "HIT");
    Assertions.assertThat(cacheStatus()).as(said()).contains("fwd-status=304");
    return isWhole();
  }

  /** Answered by the origin: MISS, and Cache-Status says why the request was forwarded. */
  public ResponseAssert isMiss() {
    hasHeaderLines("X-Cache", "MISS");
    Assertions.assertThat(cacheStatus())
        .as(said())
        .anyMatch(each -> each.startsWith("fwd="))
        .doesNotContain("hit");
    return isWhole();
  }

  /** The origin was asked: it sent the answer, or confirmed the stored one. */
  public ResponseAssert isMissOrRevalidated() {
    isNotNull();
    return "HIT".equals(actual.header("X-Cache")) ? isRevalidatedHit() : isMiss();
  }

  /** Answered by the origin, and Cache-Status says that the answer was stored. */
  public ResponseAssert isStoredMiss() {
    isMiss();
    Assertions.assertThat(cacheStatus()).as(said()).contains("stored");
    return this;
  }

  /** Answered by the origin, and Cache-Status does not claim that the answer was stored. */
  public ResponseAssert isUnstoredMiss() {
    isMiss();
    Assertions.assertThat(cacheStatus()).as(said()).doesNotContain("stored");
    return this;
  }

  /** Cache-Status has that parameter, for example {@code fwd=uri-miss}. */
  public ResponseAssert hasCacheStatus(String parameter) {
    Assertions.assertThat(cacheStatus()).as(said()).contains(parameter);
    return this;
  }

  public ResponseAssert hasStatus(int status) {
    isNotNull();
    Assertions.assertThat(actual.status()).as(said()).isEqualTo(status);
    return this;
  }

  public ResponseAssert hasBody(String body) {
    isWhole();
    Assertions.assertThat(actual.text()).as(said()).isEqualTo(body);
    return this;
  }

  public ResponseAssert hasBody(byte[] body) {
    isWhole();
    Assertions.assertThat(Arrays.equals(actual.body(), body))
        .as("the same %d bytes in %s", body.length, actual)
        .isTrue();
    return this;
  }

  /** Exactly these values, one for each line of that name. */
  public ResponseAssert hasHeaderLines(String name, String... values) {
    isNotNull();
    Assertions.assertThat(actual.headers().values(name))
        .as("%s of %s", name, said())
        .containsExactly(values);
    return this;
  }

  public ResponseAssert hasNoHeader(String name) {
    return hasHeaderLines(name);
  }

  /** An Age of at least so many seconds, and at most {@link Gate#DELAY} more. */
  public ResponseAssert hasAgeFrom(long seconds) {
    isNotNull();
    String age = actual.header("Age");
    Assertions.assertThat(age).as("Age of %s", actual).isNotNull();
    Assertions.assertThat(Long.parseLong(String.valueOf(age)))
        .as("Age of %s", actual)
        .isBetween(seconds, seconds + Gate.DELAY.toSeconds());
    return this;
  }

  public ResponseAssert isWhole() {
    isNotNull();
    Assertions.assertThat(actual.isTruncated()).as("broken: %s", actual).isFalse();
    return this;
  }

  public ResponseAssert isTruncated() {
    isNotNull();
    Assertions.assertThat(actual.isTruncated()).as("broken: %s", actual).isTrue();
    return this;
  }

  private String said() {
    return info.hasDescription() ? info.descriptionText() + ": " + actual : String.valueOf(actual);
  }

  /** The parameters of this proxy's member of Cache-Status (RFC 9211 §2). */
  private List<String> cacheStatus() {
    isNotNull();
    List<String> parameters = new ArrayList<>();
    for (String member : actual.headers().joined("Cache-Status").split(",", -1)) {
      String[] parts = member.split(";", -1);
      if (parts[0].strip().equals("caching-proxy")) {
        Arrays.stream(parts).skip(1).map(String::strip).forEach(parameters::add);
      }
    }
    return parameters;
  }
}
