package io.cachingproxy.events;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The events that Kafka's client has neither confirmed nor given up. Each ends once, as sent or
 * lost; those present when the log is {@linkplain #abandon abandoned} end as lost.
 *
 * <p>Thread-safe; used by the {@link EventSender} and by the client's own thread, never by one that
 * serves requests.
 */
final class EventsInFlight {

  /** The deliveries so far. */
  record Report(long events, long confirmed, @Nullable Exception lastFailure) {}

  private final EventCounts counts;
  private long events;
  private long bytes;
  private long confirmed;
  private @Nullable Exception lastFailure;
  private boolean abandoned;

  EventsInFlight(EventCounts counts) {
    this.counts = counts;
  }

  /** Starts the delivery of an event of that many bytes. */
  synchronized Delivery begin(long size) {
    Delivery delivery = new Delivery(size);
    if (abandoned) {
      delivery.ended = true;
      counts.addLost(1);
    } else {
      events++;
      bytes += size;
    }
    return delivery;
  }

  /** Ends all current deliveries, and every later one, as lost. */
  synchronized void abandon() {
    abandoned = true;
    counts.addLost(events);
    events = 0;
    bytes = 0;
  }

  synchronized Report report() {
    return new Report(events, confirmed, lastFailure);
  }

  synchronized long size() {
    return events;
  }

  synchronized long bytes() {
    return bytes;
  }

  private synchronized void end(Delivery delivery, @Nullable Exception failure) {
    if (delivery.ended || abandoned) {
      return;
    }
    delivery.ended = true;
    events--;
    bytes -= delivery.size;
    if (failure == null) {
      confirmed++;
      lastFailure = null;
      counts.addSent(1);
    } else {
      lastFailure = failure;
      counts.addLost(1);
    }
  }

  /**
   * The delivery of one event. The client may report a failure both by callback and by throwing.
   */
  final class Delivery implements Callback {
    private final long size;
    private boolean ended;

    private Delivery(long size) {
      this.size = size;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
      end(this, failure);
    }

    void failed(Exception failure) {
      end(this, failure);
    }

    /** Whether it has ended, as sent or lost. */
    boolean hasEnded() {
      synchronized (EventsInFlight.this) {
        return ended;
      }
    }
  }
}
