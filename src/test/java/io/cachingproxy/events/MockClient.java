package io.cachingproxy.events;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Event logs over a client of Kafka that the test plays. */
final class MockClient {

  private MockClient() {}

  /** A client that confirms everything at once, or only what the test tells it to. */
  static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  static KafkaEventLog log(MockProducer<byte[], byte[]> producer) {
    return new KafkaEventLog("h:1", "t", limits(1 << 20, 1 << 20), () -> producer);
  }

  /** Limits in memory; those in time are out of sight. */
  static KafkaEventLog.Limits limits(long queueBytes, long inFlightBytes) {
    return new KafkaEventLog.Limits(
        queueBytes, inFlightBytes, Duration.ofMinutes(5), Duration.ofSeconds(5));
  }

  /** Sent, waiting, lost. */
  static List<Long> counts(EventLog log) {
    return List.of(log.sent(), log.waiting(), log.lost());
  }
}
