package io.cachingproxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LoggingTest {

  /** A full pipe behind stderr once stopped every thread that talks to the origin. */
  @Test
  void aReaderOfStderrThatStallsHoldsUpNobody() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
    List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .iteratorForAppenders()
        .forEachRemaining(appenders::add);

    assertThat(appenders)
        .singleElement()
        .isInstanceOfSatisfying(
            AsyncAppender.class, appender -> assertThat(appender.isNeverBlock()).isTrue());
    context.stop();
  }
}
