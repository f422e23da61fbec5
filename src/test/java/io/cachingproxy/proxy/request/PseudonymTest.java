package io.cachingproxy.proxy.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** By which a proxy knows its own requests (RFC 9110 §7.6.3). */
final class PseudonymTest {

  private final Pseudonym ours = Pseudonym.random();

  @Test
  void noTwoAreTheSame() {
    assertThat(ours.toString()).matches("caching-proxy-[0-9a-f]{8}");
    assertThat(Pseudonym.random().isIn("1.1 " + ours)).isFalse();
  }

  @Test
  void itIsFoundWhereverItStands() {
    for (String via :
        new String[] {
          "1.1 " + ours,
          "1.0 fred, 1.1 " + ours + ", 1.1 last",
          "1.1 " + ours + "(comment)",
          "HTTP/1.1\t" + ours + " (comment),1.1 x",
          "1.1 not-" + ours + ", 1.1 " + ours
        }) {
      assertThat(ours.isIn(via)).as(via).isTrue();
    }
  }

  @Test
  void aLongerNameIsAnother() {
    for (String via :
        new String[] {
          "", "1.1 caching-proxy", "1.1 my-" + ours, "1.1 " + ours + "0", "1.1 x." + ours
        }) {
      assertThat(ours.isIn(via)).as(via).isFalse();
    }
  }
}
