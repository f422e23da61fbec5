package io.cachingproxy.events;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that passes exchanges from the {@link EventQueue} to Kafka. Everything that may block,
 * fail or take time happens here: resolving names, connecting, looking up the topic, serialising.
 *
 * <p>No event is given to Kafka's client before the client knows the topic, and the bytes it has
 * been given are bounded; so {@link Producer#send} doesn't block, and everything else waits in the
 * queue, which is bounded as well.
 */
final class EventSender implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);

  /** The pause after sending, in which events gather, so that one wake-up serves many. */
  private static final Duration GATHER = Duration.ofMillis(10);

  /** The pause while something is pending that doesn't wake the thread. */
  private static final Duration WATCH = Duration.ofMillis(100);

  /** The pause between two attempts to reach Kafka. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long a refused client is kept: some refusals are final for a client. */
  private static final Duration REFUSED_CLIENT_LIFE = Duration.ofSeconds(5);

  /** The size of a record in the client without key and value, in bytes. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  private final EventQueue queue;
  private final EventsInFlight inFlight;
  private final EventCounts counts;
  private final KafkaAvailability availability;
  private final Supplier<Producer<byte[], byte[]>> client;
  private final String topic;
  private final ExchangeJson json;
  private final KafkaEventLog.Limits limits;

  private @Nullable Producer<byte[], byte[]> producer;
  private long producerSince;
  private boolean answered;

  private volatile boolean reaching;
  private volatile long deadline;

  EventSender(
      EventQueue queue,
      EventsInFlight inFlight,
      EventCounts counts,
      KafkaAvailability availability,
      Supplier<Producer<byte[], byte[]>> client,
      String topic,
      ExchangeJson json,
      KafkaEventLog.Limits limits) {
    this.queue = queue;
    this.inFlight = inFlight;
    this.counts = counts;
    this.availability = availability;
    this.client = client;
    this.topic = topic;
    this.json = json;
    this.limits = limits;
  }

  /** Sets when to give up after the queue is closed, as a time of {@link System#nanoTime}. */
  void finishBy(long nanos) {
    deadline = nanos;
  }

  /** Whether the thread is blocked by an attempt to reach Kafka rather than by an event. */
  boolean isReaching() {
    return reaching;
  }

  @Override
  public void run() {
    try {
      while (!isFinished()) {
        step();
      }
      closeProducer(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("Event log: stopped for good, all further events are lost: {}", e.toString());
    } finally {
      closeProducer(Duration.ZERO);
      queue.abandon();
      inFlight.abandon();
    }
  }

  private boolean isFinished() {
    return queue.isClosed()
        && (queue.isEmpty() || queue.isAbandoned() || System.nanoTime() - deadline >= 0);
  }

  private void step() {
    queue.discardOlderThan(System.nanoTime() - limits.deliveryTimeout().toNanos());
    boolean reached = reach();
    boolean sent = reached && sendSome();
    boolean waiting = !queue.isEmpty() || inFlight.size() > 0;
    availability.look(inFlight.report(), waiting, System.nanoTime());
    if (sent) {
      queue.pause(GATHER.toNanos());
    } else if (!reached) {
      queue.pause(RETRY.toNanos());
    } else if (waiting || availability.isWatching()) {
      queue.pause(WATCH.toNanos());
    } else {
      queue.awaitOffer();
    }
  }

  /** Whether there is a client that knows the topic. */
  private boolean reach() {
    replaceRefusedClient();
    if (answered && queue.isEmpty()) {
      return true;
    }
    reaching = true;
    try {
      if (producer == null) {
        producer = client.get();
        producerSince = System.nanoTime();
      }
      producer.partitionsFor(topic); // Cached by the client after the first time.
    } catch (KafkaException e) {
      answered = false;
      availability.failed(e, System.nanoTime());
      return false;
    } finally {
      reaching = false;
    }
    if (!answered) {
      answered = true;
      availability.answered(System.nanoTime());
    }
    return true;
  }

  private void replaceRefusedClient() {
    if (availability.state() == KafkaAvailability.State.REFUSED
        && System.nanoTime() - producerSince >= REFUSED_CLIENT_LIFE.toNanos()) {
      closeProducer(Duration.ZERO);
    }
  }

  private boolean sendSome() {
    boolean sent = false;
    EventQueue.Waiting next;
    while (answered && inFlight.bytes() < limits.inFlightBytes() && (next = queue.poll()) != null) {
      send(next);
      sent = true;
    }
    return sent;
  }

  private void send(EventQueue.Waiting waiting) {
    ExchangeJson.Event event;
    try {
      event = json.event(waiting.exchange());
    } catch (RuntimeException e) {
      LOG.debug("Event log: an exchange that can't be written", e);
      counts.addLost(1);
      queue.taken(waiting);
      return;
    }
    EventsInFlight.Delivery delivery =
        inFlight.begin(event.key().length + event.value().length + RECORD_OVERHEAD_BYTES);
    queue.taken(waiting);
    Producer<byte[], byte[]> to = producer;
    try {
      if (to != null) {
        to.send(new ProducerRecord<>(topic, event.key(), event.value()), delivery);
      }
    } catch (KafkaException | IllegalStateException e) {
      delivery.failed(e);
    }
    if (delivery.hasEnded()) {
      // The client no longer knows the topic and has waited for it in vain. If every further event
      // waited likewise, the failure would go unreported for long.
      answered = false;
    }
  }

  private void closeProducer(Duration timeout) {
    Producer<byte[], byte[]> closing = producer;
    producer = null;
    answered = false;
    if (closing != null) {
      Thread.interrupted(); // Has served its purpose; the client would complain of it in the log.
      try {
        closing.close(timeout);
      } catch (KafkaException e) {
        LOG.debug("Event log: Kafka's client didn't close cleanly", e);
      }
    }
  }
}
