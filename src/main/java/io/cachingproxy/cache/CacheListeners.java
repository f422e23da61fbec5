package io.cachingproxy.cache;

import io.cachingproxy.cache.collapse.WaitOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Combines several listeners: each is told of everything, in order. Immutable.
 *
 * @param all the listeners
 */
public record CacheListeners(List<CacheListener> all) implements CacheListener {

  public CacheListeners {
    all = List.copyOf(all);
  }

  private void each(Consumer<CacheListener> event) {
    all.forEach(event);
  }

  @Override
  public void exchangeStarted() {
    each(CacheListener::exchangeStarted);
  }

  @Override
  public void exchangeCompleted(Exchange exchange) {
    each(listener -> listener.exchangeCompleted(exchange));
  }

  @Override
  public void originRequestCompleted(int status, Duration duration) {
    each(listener -> listener.originRequestCompleted(status, duration));
  }

  @Override
  public void notStored(String reason) {
    each(listener -> listener.notStored(reason));
  }

  @Override
  public void waited(WaitOutcome outcome) {
    each(listener -> listener.waited(outcome));
  }

  @Override
  public void resumed() {
    each(CacheListener::resumed);
  }

  @Override
  public void uploadGivenUp() {
    each(CacheListener::uploadGivenUp);
  }
}
