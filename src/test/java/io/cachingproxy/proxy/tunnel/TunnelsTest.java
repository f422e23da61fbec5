package io.cachingproxy.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TunnelsTest {

  @Test
  void whatIsRefusedForWantOfAPlaceCounts() {
    Tunnels tunnels = new Tunnels(1);
    assertThat(tunnels.reserve()).isTrue();
    assertThat(tunnels.reserve()).isFalse();
    assertThat(tunnels.refused()).isEqualTo(1);
    tunnels.release();
    assertThat(tunnels.reserve()).isTrue();
  }

  /** An operator who sees refusals would raise the limit. */
  @Test
  void whatIsRefusedBecauseTheProxyStopsDoesNotCount() {
    Tunnels tunnels = new Tunnels(1);
    tunnels.close();
    assertThat(tunnels.reserve()).isFalse();
    assertThat(tunnels.isClosed()).isTrue();
    assertThat(tunnels.refused()).isZero();
  }
}
