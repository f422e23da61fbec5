package io.cachingproxy.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is advanced, in whole milliseconds. Thread-safe. */
public final class ManualClock extends Clock {

  private final AtomicLong epochMillis;
  private final ZoneId zone;

  /** A clock that stands at a whole second in 2026. */
  public ManualClock() {
    this(Instant.parse("2026-03-01T12:00:00Z"));
  }

  public ManualClock(Instant start) {
    this(new AtomicLong(start.toEpochMilli()), ZoneOffset.UTC);
  }

  private ManualClock(AtomicLong epochMillis, ZoneId zone) {
    this.epochMillis = epochMillis;
    this.zone = zone;
  }

  public void advance(Duration duration) {
    epochMillis.addAndGet(duration.toMillis());
  }

  public void set(Instant instant) {
    epochMillis.set(instant.toEpochMilli());
  }

  @Override
  public long millis() {
    return epochMillis.get();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock, seen from another zone: both advance together. */
  @Override
  public Clock withZone(ZoneId other) {
    return new ManualClock(epochMillis, other);
  }
}
