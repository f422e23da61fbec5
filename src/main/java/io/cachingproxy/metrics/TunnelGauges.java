package io.cachingproxy.metrics;

import java.util.function.LongSupplier;

/**
 * What the tunnels of upgraded connections carry; each part is asked once a scrape, on the scrape's
 * thread.
 *
 * @param open how many are open
 * @param opened how many there have been since the start; never falls
 * @param refused how many there was no place for since the start; never falls
 * @param bytesToClients what went to clients since the start; never falls
 * @param bytesToOrigin what went to the origin since the start; never falls
 */
public record TunnelGauges(
    LongSupplier open,
    LongSupplier opened,
    LongSupplier refused,
    LongSupplier bytesToClients,
    LongSupplier bytesToOrigin) {

  /** Of no tunnel at all. */
  static TunnelGauges none() {
    return new TunnelGauges(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
  }
}
