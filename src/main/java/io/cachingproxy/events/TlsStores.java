package io.cachingproxy.events;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.security.ssl.SslFactory;

/** Checks the keys and certificates of Kafka's client without revealing their settings. */
final class TlsStores {

  private static final Predicate<String> TRUST = name -> name.startsWith("ssl.truststore.");

  private static final Predicate<String> KEYS =
      name -> name.startsWith("ssl.keystore.") || name.startsWith("ssl.key.");

  private static final Predicate<String> OTHERS =
      TRUST.or(KEYS).negate().and(name -> name.startsWith("ssl."));

  private TlsStores() {}

  /**
   * Checks whether they can be read.
   *
   * @param settings of the client, parsed
   * @param names of those that the operator has set
   * @throws IllegalArgumentException with one line of text that has names only, if not
   */
  static void check(Map<String, ?> settings, Set<String> names) {
    for (String file : List.of("ssl.truststore.location", "ssl.keystore.location")) {
      if (settings.get(file) instanceof String path && !isReadable(path)) {
        throw new IllegalArgumentException(file + ": no such file, or it can't be read");
      }
    }
    // Step by step, to find out which settings are at fault.
    configure(without(TRUST.or(KEYS), settings), names, OTHERS, "TLS can't be set up");
    configure(without(KEYS, settings), names, TRUST, "the certificates can't be read");
    configure(settings, names, KEYS, "the key can't be read");
  }

  private static boolean isReadable(String path) {
    try {
      return Files.isReadable(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Map<String, ?> without(Predicate<String> some, Map<String, ?> settings) {
    Map<String, ?> others = new HashMap<>(settings);
    others.keySet().removeIf(some);
    return others;
  }

  @SuppressWarnings("UnusedException") // it quotes values
  private static void configure(
      Map<String, ?> settings, Set<String> names, Predicate<String> blamed, String what) {
    try (SslFactory factory = new SslFactory(ConnectionMode.CLIENT)) {
      factory.configure(settings);
    } catch (RuntimeException e) {
      String those = names.stream().filter(blamed).sorted().collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          (those.isEmpty() ? "security.protocol" : those) + ": with that " + what);
    }
  }
}
