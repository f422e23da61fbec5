package io.cachingproxy.events;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the way to Kafka, and one log line whenever that changes.
 *
 * <p>Bad news is believed only when, for some time, something waited and nothing was delivered: one
 * late failure among deliveries changes nothing, so the state doesn't flap. Good news is believed
 * at once. Used by one thread.
 */
final class KafkaAvailability {

  enum State {
    /** Not reached yet, and not given up. */
    CONNECTING,
    /** The last thing heard was good. */
    DELIVERING,
    /** Nothing answers. */
    UNREACHABLE,
    /** The brokers answer, but the topic isn't there and they don't create it. */
    NO_TOPIC,
    /** The brokers answer, and don't let us. */
    REFUSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);

  private final String where;
  private final EventCounts tally;
  private final long patienceNanos;

  private State state = State.CONNECTING;
  private long stalledSince;
  private boolean stalled;
  private long confirmedBefore;
  private long lostBefore;
  private @Nullable Exception lastReported;

  /** What the last failure means, and the failure; silence means unreachable. */
  private State lastVerdict = State.UNREACHABLE;

  private @Nullable Exception lastFailure;

  /**
   * @param where the topic and the servers, for the log
   * @param patience how long something may wait with no delivery before that is news
   * @param now the time of {@link System#nanoTime}
   */
  KafkaAvailability(String where, EventCounts tally, Duration patience, long now) {
    this.where = where;
    this.tally = tally;
    this.patienceNanos = patience.toNanos();
    stall(now);
  }

  State state() {
    return state;
  }

  /** Whether time alone can change the state, so that {@link #look} must be called again. */
  boolean isWatching() {
    return stalled;
  }

  /** The brokers answered a question about the topic; it wasn't from the client's memory. */
  void answered(long now) {
    if (state == State.REFUSED) {
      return; // They always answered; only a delivery shows that they let us.
    }
    become(State.DELIVERING, now);
  }

  /** An attempt to reach the brokers failed. */
  void failed(Exception failure, long now) {
    lastVerdict = verdictOn(failure);
    lastFailure = failure;
    if (!stalled) {
      stall(now);
    }
    judge(now);
  }

  /**
   * Looks at what became of deliveries since the last look.
   *
   * @param waiting whether anything waits to be delivered, or is under way
   */
  void look(EventsInFlight.Report report, boolean waiting, long now) {
    if (report.confirmed() != confirmedBefore) {
      confirmedBefore = report.confirmed();
      stalled = false;
      become(State.DELIVERING, now);
    }
    Exception failure = report.lastFailure();
    if (failure != null && failure != lastReported && tellsOfBrokers(failure)) {
      hear(failure);
    }
    lastReported = failure;
    if (waiting || lastVerdict == State.REFUSED) {
      if (!stalled) {
        stall(now);
      }
      judge(now);
    } else if (state != State.CONNECTING) {
      stalled = false;
    }
  }

  /** An event that timed out may have done so long after a refusal, which says more. */
  private void hear(Exception failure) {
    State verdict = verdictOn(failure);
    if (verdict == State.REFUSED || lastVerdict == State.UNREACHABLE) {
      lastVerdict = verdict;
      lastFailure = failure;
    }
  }

  private void stall(long now) {
    stalled = true;
    stalledSince = now;
  }

  private void judge(long now) {
    if (stalled && now - stalledSince >= patienceNanos) {
      become(lastVerdict, now);
    }
  }

  private static State verdictOn(Exception failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof UnknownTopicOrPartitionException
        || cause instanceof UnknownTopicOrPartitionException) {
      return State.NO_TOPIC;
    }
    return isRefusal(failure) || isRefusal(cause) ? State.REFUSED : State.UNREACHABLE;
  }

  /** Not so what the client says of events it drops because we close it. */
  private static boolean tellsOfBrokers(Exception failure) {
    return failure instanceof ApiException || failure.getCause() != null;
  }

  private static boolean isRefusal(@Nullable Throwable failure) {
    return failure instanceof AuthenticationException
        || failure instanceof AuthorizationException
        || failure instanceof InvalidTopicException
        || failure instanceof UnsupportedVersionException;
  }

  private void become(State next, long now) {
    if (next == state) {
      return;
    }
    switch (next) {
      case CONNECTING -> throw new IllegalArgumentException("only the first state");
      case DELIVERING -> logDelivering();
      case UNREACHABLE ->
          LOG.warn(
              "Event log: no answer from Kafka, {}{}; requests are not affected, events wait and"
                  + " then are dropped",
              where,
              reason());
      case NO_TOPIC ->
          LOG.warn(
              "Event log: Kafka has no such topic and doesn't create it, {}; events wait and then"
                  + " are dropped",
              where);
      case REFUSED ->
          LOG.warn("Event log: Kafka refuses our events, {}{}; they are dropped", where, reason());
    }
    if (state == State.DELIVERING || state == State.CONNECTING) {
      lostBefore = tally.lost();
    }
    state = next;
    if (next == State.DELIVERING) {
      lastVerdict = State.UNREACHABLE;
      lastFailure = null;
    }
    stall(now); // The next bad news takes its time again.
  }

  private void logDelivering() {
    if (state == State.CONNECTING) {
      LOG.info("Event log: connected to Kafka, {}", where);
    } else {
      LOG.info(
          "Event log: Kafka takes events again, {}; {} were lost meanwhile",
          where,
          tally.lost() - lostBefore);
    }
  }

  /**
   * The last failure in brackets, if its message says more than "timed out". What the JVM says of
   * files and passwords that have changed since the start is told by its kind alone.
   */
  private String reason() {
    if (lastFailure == null
        || lastFailure instanceof org.apache.kafka.common.errors.TimeoutException) {
      return "";
    }
    Throwable root = lastFailure;
    while (!(root instanceof ApiException) && root.getCause() != null) {
      root = root.getCause();
    }
    String message =
        root instanceof KafkaException
            ? String.valueOf(root.getMessage()).replaceAll("\\s+", " ")
            : root.getClass().getSimpleName();
    return " (" + message + ")";
  }
}
