package io.cachingproxy.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proxy that keeps no event log. */
class EventLogTest {

  @Test
  void noLogCountsNothing() {
    try (EventLog log = EventLog.none()) {
      log.exchangeCompleted(Exchanges.hit("/"));
      assertThat(List.of(log.sent(), log.waiting(), log.lost())).containsOnly(0L);
    }
  }

  /** Holds the promise that without the flag there is no Kafka client at all. */
  @Test
  void noLogNeedsNoClassOfKafka() throws Exception {
    try (URLClassLoader withoutKafka = new URLClassLoader(classPathWithoutKafka(), platform())) {
      Class<?> type = Class.forName(EventLog.class.getName(), true, withoutKafka);
      Method none = type.getMethod("none");
      Object log = none.invoke(null);
      type.getMethod("close").invoke(log);
      assertThat(type.getMethod("sent").invoke(log)).isEqualTo(0L);

      Class<?> kafka = Class.forName("io.cachingproxy.events.KafkaEventLog", false, withoutKafka);
      assertThatThrownBy(
              () -> kafka.getConstructor(String.class, String.class).newInstance("h:1", "t"))
          .as("the class loader does keep Kafka away")
          .hasRootCauseInstanceOf(ClassNotFoundException.class);
    }
  }

  private static URL[] classPathWithoutKafka() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      if (!entry.contains("kafka")) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return urls.toArray(new URL[0]);
  }

  private static ClassLoader platform() {
    return ClassLoader.getPlatformClassLoader();
  }
}
