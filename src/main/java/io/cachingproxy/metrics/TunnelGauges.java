package io.cachingproxy.metrics;

import java.util.function.LongSupplier;

/**
 * The tunnels of upgraded connections; each part is called once per scrape, on the scrape's thread.
 *
 * @param open how many are open
 * @param opened how many were opened since the start; monotonic
 * @param refused how many were refused since the start because no place was left; monotonic
 * @param bytesToClients bytes written to clients since the start; monotonic
 * @param bytesToOrigin bytes written to the origin since the start; monotonic
 */
public record TunnelGauges(
    LongSupplier open,
    LongSupplier opened,
    LongSupplier refused,
    LongSupplier bytesToClients,
    LongSupplier bytesToOrigin) {

  /** Zero everywhere. */
  static TunnelGauges none() {
    return new TunnelGauges(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
  }
}
