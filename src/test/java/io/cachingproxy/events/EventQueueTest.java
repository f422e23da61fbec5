package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachingproxy.cache.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects the heap from exchanges with long strings, whichever of them it is. */
final class EventQueueTest {

  private static final int LENGTH = 30_000;
  private static final int CAPACITY = 20 * LENGTH;

  @ParameterizedTest
  @ValueSource(
      strings = {"method", "authority", "path", "query", "protocol", "address", "agent", "key"})
  void whateverIsLongWeighs(String part) {
    EventCounts counts = new EventCounts();
    EventQueue queue = new EventQueue(CAPACITY, counts);
    for (int i = 0; i < 100; i++) {
      queue.offer(with(part, "x".repeat(LENGTH)));
    }
    assertThat(queue.size()).isBetween(5L, 20L);
    assertThat(counts.lost()).isEqualTo(100 - queue.size());
  }

  @Test
  void whatIsNotLatinWeighsTwice() {
    EventQueue queue = new EventQueue(CAPACITY, new EventCounts());
    for (int i = 0; i < 100; i++) {
      queue.offer(with("path", "\u0100".repeat(LENGTH)));
    }
    assertThat(queue.size()).isBetween(5L, 10L);
  }

  private static Exchange with(String part, String text) {
    Exchange plain = Exchanges.hit("/");
    return new Exchange(
        plain.start(),
        either(part, "method", text, plain.method()),
        plain.scheme(),
        either(part, "authority", text, plain.authority()),
        either(part, "path", text, plain.path()),
        either(part, "query", text, plain.query()),
        either(part, "protocol", text, plain.protocolVersion()),
        either(part, "address", text, plain.clientAddress()),
        either(part, "agent", text, plain.userAgent()),
        either(part, "key", text, plain.cacheKey()),
        plain.status(),
        plain.outcome(),
        plain.bytesSent(),
        plain.duration(),
        plain.originDuration(),
        plain.failed());
  }

  private static String either(String part, String name, String text, @Nullable String plain) {
    return part.equals(name) || plain == null ? text : plain;
  }
}
