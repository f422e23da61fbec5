package io.cachingproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class OriginFailureTest {

  @Test
  void aFullQueueIsNotTheOriginsDoing() {
    OriginFailure failure = OriginFailure.of(new RejectedExecutionException("queue is full"));
    assertThat(failure.status()).isEqualTo(503);
  }

  @Test
  void whatTheClientDidIsAnsweredAsSuch() {
    assertThat(OriginFailure.ofClient(new IOException("closed")).status()).isEqualTo(400);
    assertThat(OriginFailure.ofClient(new TimeoutException("idle")).status()).isEqualTo(408);
  }
}
