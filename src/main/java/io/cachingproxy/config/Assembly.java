package io.cachingproxy.config;

import io.cachingproxy.config.ProxyConfig.Cache;
import io.cachingproxy.config.ProxyConfig.Collapsing;
import io.cachingproxy.config.ProxyConfig.Guesses;
import io.cachingproxy.config.ProxyConfig.Kafka;
import io.cachingproxy.config.ProxyConfig.Listener;
import io.cachingproxy.config.ProxyConfig.Management;
import io.cachingproxy.config.ProxyConfig.Origin;
import io.cachingproxy.config.ProxyConfig.OriginLoad;
import io.cachingproxy.config.ProxyConfig.Requests;
import io.cachingproxy.config.ProxyConfig.Timeouts;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Assembles the settings to a configuration, and checks constraints between them. */
final class Assembly {

  /** The default of {@code --max-object-size}, if the memory is large enough. */
  private static final long LARGE_OBJECT = 64L << 20;

  /** Fields that only the proxy may set. */
  private static final Set<String> OUR_FIELDS =
      Set.of("host", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

  /** Fields that always have rules of their own, whatever the operator configures. */
  private static final Set<String> CREDENTIALS = Set.of("cookie", "authorization");

  private final Resolved settings;

  Assembly(Resolved settings) {
    this.settings = settings;
  }

  /** The configuration of a proxy with its own listeners. */
  ProxyConfig standalone() throws ConfigException {
    ProxyConfig config =
        assembled("give it with --origin, for example --origin http://dummyjson.com");
    Listener listener = config.listener();
    Management management = config.management();
    boolean differentHosts =
        listener.host() != null
            && management.host() != null
            && !Objects.equals(listener.host(), management.host());
    if (listener.port() == management.port() && listener.port() != 0 && !differentHosts) {
      throw new ConfigException(
          "port %d (%s) is also the metrics port (%s); give one of them another number"
              .formatted(
                  listener.port(),
                  settings.source(Settings.PORT),
                  settings.source(Settings.METRICS_PORT)));
    }
    return config;
  }

  /** The configuration of a proxy inside a servlet container, which has the listeners. */
  ProxyConfig inContainer() throws ConfigException {
    return assembled(
        "give it as the context parameter origin or the environment variable"
            + " CACHING_PROXY_ORIGIN, for example http://dummyjson.com");
  }

  private ProxyConfig assembled(String howToGiveAnOrigin) throws ConfigException {
    return new ProxyConfig(
        listener(),
        requests(),
        origin(howToGiveAnOrigin),
        cache(),
        collapsing(),
        timeouts(),
        originLoad(),
        management(),
        kafka(),
        settings.get(Settings.REDACT_QUERY));
  }

  /** The administration of the running proxy. */
  Command.ClearCache clearCache() throws ConfigException {
    String token = settings.find(Settings.ADMIN_TOKEN);
    HttpUrl url = settings.find(Settings.ADMIN_URL);
    if (url != null) {
      return new Command.ClearCache(url, token);
    }
    Management management = management();
    if (management.port() == 0) {
      throw new ConfigException(
          "%s: 0 doesn't tell where the proxy is; give --admin-url"
              .formatted(settings.source(Settings.METRICS_PORT)));
    }
    String host = reachable(management.host());
    return new Command.ClearCache(new HttpUrl("http", host, management.port(), ""), token);
  }

  /** The largest body to store in bytes, configured or by default. */
  long maxObjectSize() throws ConfigException {
    long memory = settings.get(Settings.MEMORY);
    Long given = settings.find(Settings.MAX_OBJECT_SIZE);
    if (given == null) {
      return Math.min(LARGE_OBJECT, memory / 4);
    }
    if (given > memory) {
      throw new ConfigException(
          "%s: found \"%s\", expected at most the memory, %s (%s)"
              .formatted(
                  settings.source(Settings.MAX_OBJECT_SIZE),
                  Sizes.print(given),
                  Sizes.print(memory),
                  settings.source(Settings.MEMORY)));
    }
    return given;
  }

  private Listener listener() throws ConfigException {
    return new Listener(
        settings.find(Settings.HOST),
        settings.get(Settings.PORT),
        Math.toIntExact(settings.get(Settings.MAX_REQUEST_HEADER_SIZE)),
        settings.get(Settings.MIN_DOWNLOAD_RATE));
  }

  private Requests requests() throws ConfigException {
    List<String> given = settings.find(Settings.PASS_HEADER);
    List<String> passHeaders = given == null ? List.of() : given;
    for (String name : passHeaders) {
      // Origins that map dashes to underscores don't distinguish them.
      if (OUR_FIELDS.contains(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-"))) {
        throw new ConfigException(
            "%s: %s can't be passed on, since the proxy writes it itself"
                .formatted(settings.source(Settings.PASS_HEADER), name));
      }
    }
    return new Requests(
        passHeaders,
        settings.get(Settings.MAX_REQUEST_FIELDS),
        settings.get(Settings.REQUEST_HEADER_TIMEOUT),
        settings.get(Settings.MIN_UPLOAD_RATE));
  }

  private Origin origin(String howToGiveIt) throws ConfigException {
    HttpUrl url = settings.find(Settings.ORIGIN);
    if (url == null) {
      throw new ConfigException("no origin: " + howToGiveIt);
    }
    return new Origin(
        url,
        settings.get(Settings.PRESERVE_HOST),
        Math.toIntExact(settings.get(Settings.MAX_RESPONSE_HEADER_SIZE)));
  }

  private Cache cache() throws ConfigException {
    return new Cache(
        settings.get(Settings.MEMORY),
        maxObjectSize(),
        guesses(),
        settings.get(Settings.CLIENT_CACHE_CONTROL),
        settings.get(Settings.COOKIES),
        settings.get(Settings.TARGETED_CACHE_CONTROL));
  }

  private Guesses guesses() throws ConfigException {
    List<String> given = settings.find(Settings.HARMLESS_FIELDS);
    List<String> harmless = given == null ? List.of() : given;
    for (String name : harmless) {
      if (CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
        throw new ConfigException(
            "%s: %s is never harmless, since answers to it are often for one user alone"
                .formatted(settings.source(Settings.HARMLESS_FIELDS), name));
      }
    }
    return new Guesses(
        settings.get(Settings.DEFAULT_TTL),
        settings.get(Settings.HEURISTIC_PERCENT),
        settings.get(Settings.HEURISTIC_MAX),
        harmless);
  }

  private Collapsing collapsing() throws ConfigException {
    return new Collapsing(
        settings.get(Settings.COLLAPSE_WAITERS), settings.get(Settings.COLLAPSE_WAIT));
  }

  private Timeouts timeouts() throws ConfigException {
    return new Timeouts(
        settings.get(Settings.CONNECT_TIMEOUT),
        settings.get(Settings.FIRST_BYTE_TIMEOUT),
        settings.get(Settings.STALE_WAIT),
        settings.get(Settings.IDLE_TIMEOUT),
        settings.get(Settings.SHUTDOWN_TIMEOUT));
  }

  private OriginLoad originLoad() throws ConfigException {
    return new OriginLoad(
        settings.get(Settings.MAX_ORIGIN_CONNECTIONS),
        settings.get(Settings.MAX_ORIGIN_QUEUE),
        settings.get(Settings.BREAKER_FAILURES),
        settings.get(Settings.MAX_TUNNELS));
  }

  private Management management() throws ConfigException {
    return new Management(
        settings.find(Settings.METRICS_HOST),
        settings.get(Settings.METRICS_PORT),
        settings.find(Settings.ADMIN_TOKEN));
  }

  private @Nullable Kafka kafka() throws ConfigException {
    String servers = settings.find(Settings.KAFKA_BOOTSTRAP_SERVERS);
    String topic = settings.get(Settings.KAFKA_TOPIC);
    String file = settings.find(Settings.KAFKA_CONFIG);
    if (servers == null && file != null) {
      throw new ConfigException(
          "%s has no effect without kafka-bootstrap-servers"
              .formatted(settings.source(Settings.KAFKA_CONFIG)));
    }
    KafkaProperties properties =
        file == null
            ? KafkaProperties.none()
            : KafkaProperties.read(file, settings.source(Settings.KAFKA_CONFIG));
    return servers == null ? null : new Kafka(servers, topic, properties);
  }

  /** The host to connect to for a bound one: loopback for all interfaces. */
  private static String reachable(@Nullable String bound) {
    if (bound == null || bound.equals("0.0.0.0")) {
      return "127.0.0.1";
    }
    String bare = bound.startsWith("[") ? bound.substring(1, bound.length() - 1) : bound;
    if (bare.equals("::")) {
      return "127.0.0.1";
    }
    return bare.indexOf(':') < 0 ? bare : "[" + bare + "]";
  }
}
