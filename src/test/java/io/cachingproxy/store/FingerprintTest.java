package io.cachingproxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.testing.CollidingTexts;
import org.junit.jupiter.api.Test;

/** Protects that a fingerprint stands for a text as well as the text itself would. */
final class FingerprintTest {

  @Test
  void equalTextsHaveOneFingerprint() {
    assertThat(Fingerprint.of("a", "b")).isEqualTo(Fingerprint.of("a", "b"));
    assertThat(Fingerprint.of("ä")).isEqualTo(Fingerprint.of("ä"));
  }

  @Test
  void whereATextEndsMakesADifference() {
    assertThat(Fingerprint.of("ab", "c")).isNotEqualTo(Fingerprint.of("a", "bc"));
    assertThat(Fingerprint.of("ab")).isNotEqualTo(Fingerprint.of("ab", ""));
    assertThat(Fingerprint.of()).isNotEqualTo(Fingerprint.of(""));
  }

  @Test
  void textsWithOneHashCodeHaveFingerprintsWithMany() {
    long hashCodes =
        CollidingTexts.of(4096).stream()
            .mapToInt(text -> Fingerprint.of(text).hashCode())
            .distinct()
            .count();
    // Of 4096 out of 2^32, two are the same once in 500 times, and three pairs never.
    assertThat(hashCodes).isGreaterThan(4093);
  }

  /** The policy knows keys by a hash code: by one that clients can't choose. */
}
