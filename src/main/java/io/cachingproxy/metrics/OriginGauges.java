package io.cachingproxy.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What the origin bears, as its gate knows it; each part is asked once a scrape, on the scrape's
 * thread.
 *
 * @param atOrigin requests that are at the origin
 * @param waiting requests that wait for their turn
 * @param refusedBusy requests refused since the start because too many waited; never falls
 * @param refusedDown requests refused since the start because the origin was down; never falls
 * @param down whether the origin counts as down
 * @param timesDown how often it has come to since the start; never falls
 */
public record OriginGauges(
    LongSupplier atOrigin,
    LongSupplier waiting,
    LongSupplier refusedBusy,
    LongSupplier refusedDown,
    BooleanSupplier down,
    LongSupplier timesDown) {

  /** Of an origin that bears nothing. */
  static OriginGauges none() {
    return new OriginGauges(() -> 0, () -> 0, () -> 0, () -> 0, () -> false, () -> 0);
  }
}
