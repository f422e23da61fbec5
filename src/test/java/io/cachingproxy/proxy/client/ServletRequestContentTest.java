package io.cachingproxy.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The request's content by the Servlet API: nothing that arrives may go unnoticed. */
final class ServletRequestContentTest {

  /** A stream that has one byte whenever it is told so. */
  private static final class Stream extends ServletInputStream {
    private @Nullable ReadListener listener;
    private int available;
    private boolean arrivesWhenAsked;

    void arrive() throws Exception {
      available++;
      if (listener != null) {
        listener.onDataAvailable();
      }
    }

    @Override
    public void setReadListener(ReadListener readListener) {
      listener = readListener;
    }

    @Override
    public boolean isReady() {
      if (!arrivesWhenAsked) {
        return available > 0;
      }
      // As Jetty does: the demand is served, and the listener called, within the question.
      arrivesWhenAsked = false;
      try {
        arrive();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      return false;
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public int read() {
      available--;
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      bytes[offset] = (byte) read();
      return 1;
    }
  }

  private final Stream stream = new Stream();
  private final ServletRequestContent content =
      new ServletRequestContent(
          (HttpServletRequest)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {HttpServletRequest.class},
                  (proxy, method, arguments) -> stream));
  private final AtomicInteger called = new AtomicInteger();

  @Test
  void whatArrivesBetweenAReadAndTheNextDemandIsNotMissed() throws Exception {
    content.demand(called::incrementAndGet);
    stream.arrive();
    assertThat(called).hasValue(1);
    Objects.requireNonNull(content.read()).release();
    assertThat(content.read()).isNull();

    stream.arrive();
    content.demand(called::incrementAndGet);

    assertThat(called).hasValue(2);
    Objects.requireNonNull(content.read()).release();
  }

  @Test
  void whatIsAnnouncedWithinTheQuestionForItIsNotMissed() throws Exception {
    content.demand(called::incrementAndGet);
    stream.arrive();
    Objects.requireNonNull(content.read()).release();
    stream.arrivesWhenAsked = true;
    assertThat(content.read()).isNull();

    content.demand(called::incrementAndGet);

    assertThat(called).as("what is there is not waited for").hasValue(2);
    Objects.requireNonNull(content.read()).release();
  }

  @Test
  void aDemandWaitsForContent() throws Exception {
    content.demand(called::incrementAndGet);
    assertThat(called).hasValue(0);
    stream.arrive();
    assertThat(called).hasValue(1);
  }
}
