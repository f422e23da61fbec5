package io.cachingproxy.rfc9111;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §6.5.1, §10.1.4. */
final class TrailerSectionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "transfer-encoding",
        "Host",
        "CONNECTION",
        "Authorization",
        "Set-Cookie",
        "Cache-Control",
        "Content-Type",
        "Trailer"
      })
  void aFieldThatWouldChangeTheMessageIsDropped(String name) {
    assertThat(TrailerSection.passedOn(Fields.of(name, "1", "X-Sum", "2")))
        .isEqualTo(Fields.of("X-Sum", "2"));
  }

  @Test
  void everyOtherFieldStaysInItsOrderDuplicatesToo() {
    Fields trailers = Fields.of("X-Sum", "1", "ETag", "\"a\"", "X-Sum", "2");
    assertThat(TrailerSection.passedOn(trailers)).isEqualTo(trailers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trailers|true",
        "gzip;q=0.5, Trailers|true",
        "trailers;q=1|false",
        "gzip|false",
        "''|false"
      })
  void trailersAreWelcomeToWhoeverSaysSo(String te, boolean expected) {
    assertThat(TrailerSection.isWelcomeTo(Fields.of("TE", te))).isEqualTo(expected);
  }
}
