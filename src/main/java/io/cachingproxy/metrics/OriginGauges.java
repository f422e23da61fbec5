package io.cachingproxy.metrics;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The load on the origin, from its gate; each part is called once per scrape, on the scrape's
 * thread.
 *
 * @param atOrigin requests at the origin
 * @param waiting requests waiting for a connection
 * @param refusedBusy requests refused since the start because too many were waiting; monotonic
 * @param refusedDown requests refused since the start because the origin was down; monotonic
 * @param down whether the origin is considered down
 * @param timesDown how often it was considered down since the start; monotonic
 */
public record OriginGauges(
    LongSupplier atOrigin,
    LongSupplier waiting,
    LongSupplier refusedBusy,
    LongSupplier refusedDown,
    BooleanSupplier down,
    LongSupplier timesDown) {

  /** Zero everywhere. */
  static OriginGauges none() {
    return new OriginGauges(() -> 0, () -> 0, () -> 0, () -> 0, () -> false, () -> 0);
  }
}
