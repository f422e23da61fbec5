package io.cachingproxy.events;

import java.util.concurrent.atomic.LongAdder;

/** How many events were sent and how many were lost. Thread-safe, without locks. */
final class EventCounts {
  private final LongAdder sent = new LongAdder();
  private final LongAdder lost = new LongAdder();

  void addSent(long events) {
    sent.add(events);
  }

  void addLost(long events) {
    lost.add(events);
  }

  long sent() {
    return sent.sum();
  }

  long lost() {
    return lost.sum();
  }
}
