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
 * The state of the connection to Kafka; logs one line for each change.
 *
 * <p>A failure is believed only if for some time events were waiting and none was delivered: a
 * single late failure among deliveries changes nothing, so the state doesn't flap. A success is
 * believed at once. Used by one thread.
 */
final class KafkaAvailability {

  enum State {
    /** Not reached yet, and not given up. */
    CONNECTING,
    /** The last delivery or attempt succeeded. */
    DELIVERING,
    /** No broker answers. */
    UNREACHABLE,
    /** The brokers answer, but the topic doesn't exist and they don't create it. */
    NO_TOPIC,
    /** The brokers answer, but refuse the client or its events. */
    REFUSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventLog.class);

  private final String where;
  private final EventCounts counts;
  private final long patienceNanos;

  private State state = State.CONNECTING;
  private long stalledSince;
  private boolean stalled;
  private long confirmedBefore;
  private long lostBefore;
  private @Nullable Exception lastReported;

  /** The meaning of the last failure; without any answer, unreachable. */
  private State lastVerdict = State.UNREACHABLE;

  private @Nullable Exception lastFailure;

  /**
   * Creates the state before the first attempt.
   *
   * @param where the topic and the servers, for the log
   * @param patience how long events may wait without a delivery before that is logged
   * @param now the time of {@link System#nanoTime}
   */
  KafkaAvailability(String where, EventCounts counts, Duration patience, long now) {
    this.where = where;
    this.counts = counts;
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

  /** Records that the brokers answered a request for the topic, not from the client's cache. */
  void answered(long now) {
    if (state == State.REFUSED) {
      return; // They always answer; only a delivery shows that they accept the client.
    }
    become(State.DELIVERING, now);
  }

  /** Records a failed attempt to reach the brokers. */
  void failed(Exception failure, long now) {
    lastVerdict = verdictOn(failure);
    lastFailure = failure;
    if (!stalled) {
      stall(now);
    }
    judge(now);
  }

  /**
   * Evaluates the deliveries since the last call.
   *
   * @param waiting whether any event waits to be delivered, or is being delivered
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

  /** A refusal tells more than the timeouts of events that follow it, perhaps much later. */
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

  /** False for events that the client drops because it is being closed. */
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
      lostBefore = counts.lost();
    }
    state = next;
    if (next == State.DELIVERING) {
      lastVerdict = State.UNREACHABLE;
      lastFailure = null;
    }
    stall(now); // The next failure must persist again before it is believed.
  }

  private void logDelivering() {
    if (state == State.CONNECTING) {
      LOG.info("Event log: connected to Kafka, {}", where);
    } else {
      LOG.info(
          "Event log: Kafka takes events again, {}; {} were lost meanwhile",
          where,
          counts.lost() - lostBefore);
    }
  }

  /**
   * The last failure in brackets, if its message says more than "timed out". Of the JVM's own
   * failures, over files or passwords changed since the start, only the class is named.
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
