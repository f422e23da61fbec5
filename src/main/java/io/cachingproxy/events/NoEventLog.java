package io.cachingproxy.events;

import java.time.Duration;

/** The event log of a proxy that keeps none. */
enum NoEventLog implements EventLog {
  NONE;

  @Override
  public long sent() {
    return 0;
  }

  @Override
  public long waiting() {
    return 0;
  }

  @Override
  public long lost() {
    return 0;
  }

  @Override
  public void close(Duration timeout) {}
}
