package io.cachingproxy.config;

import static io.cachingproxy.config.Setting.Group.CACHE;
import static io.cachingproxy.config.Setting.Group.EVENTS;
import static io.cachingproxy.config.Setting.Group.LIMITS;
import static io.cachingproxy.config.Setting.Group.MANAGEMENT;
import static io.cachingproxy.config.Setting.Group.OTHER;
import static io.cachingproxy.config.Setting.Group.PROXY;
import static io.cachingproxy.config.ValueType.choice;
import static io.cachingproxy.config.ValueType.duration;
import static io.cachingproxy.config.ValueType.size;

import io.cachingproxy.config.ProxyConfig.ClientCacheControl;
import io.cachingproxy.config.ProxyConfig.Cookies;
import io.cachingproxy.config.Setting.Group;
import io.cachingproxy.config.Setting.Place;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of settings. Flags, environment, file keys, servlet parameters, help and the report of
 * {@code --check-config} all come from here.
 */
final class Settings {

  private static final Set<Place> EVERYWHERE = EnumSet.allOf(Place.class);

  /** For what a servlet container decides itself, such as where its connectors listen. */
  private static final Set<Place> STANDALONE =
      EnumSet.of(Place.FLAG, Place.ENVIRONMENT, Place.FILE);

  private static final Set<Place> NOT_IN_FILES =
      EnumSet.of(Place.FLAG, Place.ENVIRONMENT, Place.SERVLET_PARAMETER);

  private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();

  static final Setting<HttpUrl> ORIGIN =
      add(
          PROXY,
          "origin",
          "URL",
          ValueType.HTTP_URL,
          null,
          "the server to stand in front of (required)",
          EVERYWHERE);

  static final Setting<Integer> PORT =
      add(PROXY, "port", "PORT", ValueType.PORT, "3000", "where clients connect", STANDALONE);

  static final Setting<String> HOST =
      add(
          PROXY,
          "host",
          "HOST",
          ValueType.HOST_NAME,
          null,
          "the address to listen on (default: all interfaces)",
          STANDALONE);

  static final Setting<Boolean> PRESERVE_HOST =
      add(
          PROXY,
          "preserve-host",
          "",
          ValueType.BOOLEAN,
          "false",
          "pass the client's Host on to the origin",
          EVERYWHERE);

  static final Setting<Long> MEMORY =
      add(
          CACHE,
          "memory",
          "SIZE",
          size(1L << 16, Long.MAX_VALUE),
          "256MB",
          "memory for stored responses",
          EVERYWHERE);

  static final Setting<Long> MAX_OBJECT_SIZE =
      add(
          CACHE,
          "max-object-size",
          "SIZE",
          size(0, Long.MAX_VALUE),
          null,
          "largest body to store (default: 64MB or a quarter of --memory)",
          EVERYWHERE);

  static final Setting<Duration> DEFAULT_TTL =
      add(
          CACHE,
          "default-ttl",
          "TIME",
          ValueType.WHOLE_SECONDS,
          "2m",
          "freshness where none is stated; 0: none",
          EVERYWHERE);

  static final Setting<ClientCacheControl> CLIENT_CACHE_CONTROL =
      add(
          CACHE,
          "client-cache-control",
          "MODE",
          choice(ClientCacheControl.class),
          "honour",
          "honour or ignore Cache-Control of requests",
          EVERYWHERE);

  static final Setting<Cookies> COOKIES =
      add(
          CACHE,
          "cookies",
          "MODE",
          choice(Cookies.class),
          "store",
          "store or bypass fresh responses with cookies",
          EVERYWHERE);

  static final Setting<List<String>> TARGETED_CACHE_CONTROL =
      add(
          CACHE,
          "targeted-cache-control",
          "LIST",
          ValueType.FIELD_NAMES,
          "CDN-Cache-Control",
          "fields that outrank Cache-Control",
          EVERYWHERE);

  static final Setting<Duration> CONNECT_TIMEOUT =
      add(
          LIMITS,
          "connect-timeout",
          "TIME",
          duration(false),
          "5s",
          "for a connection to the origin",
          EVERYWHERE);

  static final Setting<Duration> FIRST_BYTE_TIMEOUT =
      add(
          LIMITS,
          "first-byte-timeout",
          "TIME",
          duration(false),
          "60s",
          "for the first byte of the origin's answer",
          EVERYWHERE);

  static final Setting<Duration> IDLE_TIMEOUT =
      add(
          LIMITS,
          "idle-timeout",
          "TIME",
          duration(false),
          "60s",
          "for the next byte on any connection",
          EVERYWHERE);

  static final Setting<Duration> SHUTDOWN_TIMEOUT =
      add(
          LIMITS,
          "shutdown-timeout",
          "TIME",
          duration(true),
          "30s",
          "to finish what is in flight on stop",
          STANDALONE);

  static final Setting<Long> MAX_REQUEST_HEADER_SIZE =
      add(
          LIMITS,
          "max-request-header-size",
          "SIZE",
          size(1 << 10, 1 << 24),
          "32KB",
          "request line and fields",
          STANDALONE);

  static final Setting<Long> MAX_RESPONSE_HEADER_SIZE =
      add(
          LIMITS,
          "max-response-header-size",
          "SIZE",
          size(1 << 10, 1 << 24),
          "64KB",
          "status line and fields",
          EVERYWHERE);

  static final Setting<Integer> METRICS_PORT =
      add(
          MANAGEMENT,
          "metrics-port",
          "PORT",
          ValueType.PORT,
          "8000",
          "for /metrics, /admin/, /healthz and /readyz",
          EVERYWHERE);

  static final Setting<String> METRICS_HOST =
      add(
          MANAGEMENT,
          "metrics-host",
          "HOST",
          ValueType.HOST_NAME,
          null,
          "the address for these (default: all interfaces)",
          STANDALONE);

  static final Setting<String> ADMIN_TOKEN =
      add(
          MANAGEMENT,
          "admin-token",
          "TOKEN",
          ValueType.SECRET,
          null,
          "lets its bearer clear the cache from another machine",
          EVERYWHERE);

  static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
      add(
          EVENTS,
          "kafka-bootstrap-servers",
          "LIST",
          ValueType.KAFKA_SERVERS,
          null,
          "host:port of the brokers (default: no event log)",
          EVERYWHERE);

  static final Setting<String> KAFKA_TOPIC =
      add(
          EVENTS,
          "kafka-topic",
          "TOPIC",
          ValueType.KAFKA_TOPIC,
          "log-topic",
          "where the events go",
          EVERYWHERE);

  static final Setting<String> CONFIG =
      add(
          OTHER,
          "config",
          "FILE",
          ValueType.FILE,
          null,
          "read settings from a YAML file with lines like \"port: 3000\"",
          NOT_IN_FILES);

  static final Setting<HttpUrl> ADMIN_URL =
      add(
          OTHER,
          "admin-url",
          "URL",
          ValueType.HTTP_URL,
          null,
          "where (default: this machine, --metrics-port)",
          STANDALONE);

  private Settings() {}

  /** All of them, in the order of the help. */
  static List<Setting<?>> all() {
    return List.copyOf(TABLE.values());
  }

  /** The setting of that name, if it may be set there, or null. */
  static @Nullable Setting<?> named(String name, Place place) {
    Setting<?> setting = TABLE.get(name);
    return setting != null && setting.places().contains(place) ? setting : null;
  }

  /** The names that may be set there. */
  static List<String> names(Place place) {
    return TABLE.values().stream()
        .filter(setting -> setting.places().contains(place))
        .map(Setting::name)
        .toList();
  }

  private static <T> Setting<T> add(
      Group group,
      String name,
      String metavar,
      ValueType<T> type,
      @Nullable String defaultText,
      String description,
      Set<Place> places) {
    Setting<T> setting =
        new Setting<>(
            group,
            name,
            metavar,
            type,
            defaultText,
            description,
            Collections.unmodifiableSet(places));
    TABLE.put(name, setting);
    return setting;
  }
}
