package io.cachingproxy.config;

import static io.cachingproxy.config.Setting.Group.CACHE;
import static io.cachingproxy.config.Setting.Group.EVENTS;
import static io.cachingproxy.config.Setting.Group.LIMITS;
import static io.cachingproxy.config.Setting.Group.MANAGEMENT;
import static io.cachingproxy.config.Setting.Group.OTHER;
import static io.cachingproxy.config.Setting.Group.PROXY;
import static io.cachingproxy.config.ValueType.choice;
import static io.cachingproxy.config.ValueType.count;
import static io.cachingproxy.config.ValueType.duration;
import static io.cachingproxy.config.ValueType.size;

import io.cachingproxy.config.ProxyConfig.ClientCacheControl;
import io.cachingproxy.config.ProxyConfig.Cookies;
import io.cachingproxy.config.Setting.Group;
import io.cachingproxy.config.Setting.Place;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of settings: the source for flags, environment, file keys, servlet parameters, help and
 * the report of {@code --check-config}.
 */
final class Settings {

  private static final int KB = 1 << 10;
  private static final int MB = 1 << 20;
  private static final int MILLION = 1_000_000;

  private static final Map<String, Setting<?>> TABLE = new LinkedHashMap<>();

  static final Setting<HttpUrl> ORIGIN =
      anywhere(
          PROXY,
          "origin URL",
          ValueType.HTTP_URL,
          null,
          "the server to stand in front of (required)");

  static final Setting<Integer> PORT =
      standalone(PROXY, "port PORT", ValueType.PORT, "3000", "where clients connect");

  static final Setting<String> HOST =
      standalone(
          PROXY,
          "host HOST",
          ValueType.HOST_NAME,
          null,
          "the address to listen on (default: all interfaces)");

  static final Setting<Boolean> PRESERVE_HOST =
      anywhere(
          PROXY,
          "preserve-host",
          ValueType.BOOLEAN,
          "false",
          "pass the client's Host on to the origin");

  static final Setting<List<String>> PASS_HEADER =
      anywhere(
          PROXY,
          "pass-header LIST",
          ValueType.FIELD_NAMES,
          null,
          "request fields to pass on, though origins trust them");

  static final Setting<Long> MEMORY =
      anywhere(
          CACHE,
          "memory SIZE",
          size(64 * KB, Long.MAX_VALUE),
          "256MB",
          "memory for stored responses");

  static final Setting<Long> MAX_OBJECT_SIZE =
      anywhere(
          CACHE,
          "max-object-size SIZE",
          size(0, Long.MAX_VALUE),
          null,
          "largest body to store (default: 64MB or a quarter of --memory)");

  static final Setting<Duration> DEFAULT_TTL =
      anywhere(
          CACHE,
          "default-ttl TIME",
          duration(true),
          "2m",
          "freshness where none is stated; 0: none");

  static final Setting<Integer> HEURISTIC_PERCENT =
      anywhere(
          CACHE,
          "heuristic-percent NUMBER",
          count(0, 100),
          "10",
          "freshness by the age of Last-Modified; 0: none");

  static final Setting<Duration> HEURISTIC_MAX =
      anywhere(CACHE, "heuristic-max TIME", duration(false), "1d", "the longest such freshness");

  static final Setting<List<String>> HARMLESS_FIELDS =
      anywhere(
          CACHE,
          "harmless-fields LIST",
          ValueType.FIELD_NAMES,
          null,
          "request fields, beside the usual, that change no answer");

  static final Setting<ClientCacheControl> CLIENT_CACHE_CONTROL =
      anywhere(
          CACHE,
          "client-cache-control MODE",
          choice(ClientCacheControl.class),
          "honour",
          "honour or ignore Cache-Control of requests");

  static final Setting<Cookies> COOKIES =
      anywhere(
          CACHE,
          "cookies MODE",
          choice(Cookies.class),
          "store",
          "store or bypass fresh responses with cookies");

  static final Setting<List<String>> TARGETED_CACHE_CONTROL =
      anywhere(
          CACHE,
          "targeted-cache-control LIST",
          ValueType.FIELD_NAMES,
          "CDN-Cache-Control",
          "fields that outrank Cache-Control");

  static final Setting<Integer> COLLAPSE_WAITERS =
      anywhere(
          LIMITS,
          "collapse-waiters COUNT",
          count(0, MILLION),
          "10000",
          "requests that may wait for one another's answer");

  static final Setting<Duration> COLLAPSE_WAIT =
      anywhere(
          LIMITS,
          "collapse-wait TIME",
          duration(false),
          "2m",
          "how long one may, before it asks the origin");

  static final Setting<Duration> CONNECT_TIMEOUT =
      anywhere(
          LIMITS, "connect-timeout TIME", duration(false), "5s", "for a connection to the origin");

  static final Setting<Duration> FIRST_BYTE_TIMEOUT =
      anywhere(
          LIMITS,
          "first-byte-timeout TIME",
          duration(false),
          "1m",
          "for the first byte of the origin's answer");

  static final Setting<Duration> STALE_WAIT =
      anywhere(
          LIMITS,
          "stale-wait TIME",
          duration(true),
          "5s",
          "for that where a stale answer could do; 0: no less");

  static final Setting<Duration> IDLE_TIMEOUT =
      anywhere(
          LIMITS,
          "idle-timeout TIME",
          duration(false),
          "1m",
          "for the next byte on any connection");

  static final Setting<Duration> SHUTDOWN_TIMEOUT =
      standalone(
          LIMITS,
          "shutdown-timeout TIME",
          duration(true),
          "30s",
          "to finish what is in flight on stop");

  static final Setting<Long> MAX_REQUEST_HEADER_SIZE =
      standalone(
          LIMITS,
          "max-request-header-size SIZE",
          size(KB, 16 * MB),
          "32KB",
          "request line and fields");

  static final Setting<Long> MIN_DOWNLOAD_RATE =
      standalone(
          LIMITS,
          "min-download-rate SIZE",
          size(0, Long.MAX_VALUE),
          "1KB",
          "a second, from readers if memory is short; 0: any");

  static final Setting<Integer> MAX_REQUEST_FIELDS =
      anywhere(
          LIMITS,
          "max-request-fields COUNT",
          ValueType.count(1, 10_000),
          "256",
          "field lines of a request");

  static final Setting<Duration> REQUEST_HEADER_TIMEOUT =
      standalone(
          LIMITS,
          "request-header-timeout TIME",
          duration(false),
          "30s",
          "for a whole request line with all fields");

  static final Setting<Long> MIN_UPLOAD_RATE =
      anywhere(
          LIMITS,
          "min-upload-rate SIZE",
          size(0, MB),
          "128",
          "bytes a second of a request's content; 0: any");

  static final Setting<Long> MAX_RESPONSE_HEADER_SIZE =
      anywhere(
          LIMITS,
          "max-response-header-size SIZE",
          size(KB, 16 * MB),
          "64KB",
          "status line and fields");

  static final Setting<Integer> MAX_ORIGIN_CONNECTIONS =
      anywhere(
          LIMITS,
          "max-origin-connections NUMBER",
          count(1, MILLION),
          "1024",
          "requests at the origin at once");

  static final Setting<Integer> MAX_ORIGIN_QUEUE =
      anywhere(
          LIMITS,
          "max-origin-queue NUMBER",
          count(0, MILLION),
          "4096",
          "requests waiting for that");

  static final Setting<Integer> BREAKER_FAILURES =
      anywhere(
          LIMITS,
          "breaker-failures NUMBER",
          count(0, MILLION),
          "10",
          "failures in a row that mean it is down; 0: none do");

  static final Setting<Integer> MAX_TUNNELS =
      standalone(
          LIMITS,
          "max-tunnels NUMBER",
          count(0, MILLION),
          "1024",
          "upgraded connections (WebSocket ...) at once");

  static final Setting<Integer> METRICS_PORT =
      anywhere(
          MANAGEMENT,
          "metrics-port PORT",
          ValueType.PORT,
          "8000",
          "for /metrics, /admin/, /healthz and /readyz");

  static final Setting<String> METRICS_HOST =
      standalone(
          MANAGEMENT,
          "metrics-host HOST",
          ValueType.HOST_NAME,
          null,
          "the address for these (default: all interfaces)");

  static final Setting<String> ADMIN_TOKEN =
      anywhere(
          MANAGEMENT,
          "admin-token TOKEN",
          ValueType.SECRET,
          null,
          "lets its bearer clear the cache from another machine");

  static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
      anywhere(
          EVENTS,
          "kafka-bootstrap-servers LIST",
          ValueType.KAFKA_SERVERS,
          null,
          "host:port of the brokers (default: no event log)");

  static final Setting<String> KAFKA_TOPIC =
      anywhere(
          EVENTS, "kafka-topic TOPIC", ValueType.KAFKA_TOPIC, "log-topic", "where the events go");

  static final Setting<String> KAFKA_CONFIG =
      anywhere(
          EVENTS,
          "kafka-config FILE",
          ValueType.FILE,
          null,
          "properties for Kafka's client (SASL, TLS ...)");

  static final Setting<List<String>> REDACT_QUERY =
      anywhere(
          EVENTS,
          "redact-query LIST",
          ValueType.PARAMETER_NAMES,
          "token,access_token,id_token,refresh_token,auth_token,csrf_token,auth,authorization,"
              + "key,api_key,secret,client_secret,password,passwd,pwd,passphrase,"
              + "sig,signature,code,otp,assertion,client_assertion,SAMLRequest,SAMLResponse,"
              + "session,session_id,sid,jsessionid,phpsessid,jwt,ticket,credential,credentials,"
              + "X-Amz-Signature,X-Amz-Credential,X-Amz-Security-Token,"
              + "X-Goog-Signature,X-Goog-Credential,AWSAccessKeyId",
          "query parameters that events and logs hide");

  static final Setting<String> CONFIG =
      outsideFiles(
          OTHER,
          "config FILE",
          ValueType.FILE,
          null,
          "read settings from a YAML file with lines like \"port: 3000\"");

  static final Setting<HttpUrl> ADMIN_URL =
      standalone(
          OTHER,
          "admin-url URL",
          ValueType.HTTP_URL,
          null,
          "where (default: this machine, --metrics-port)");

  private Settings() {}

  /** All settings, in the order of the help. */
  static List<Setting<?>> all() {
    return List.copyOf(TABLE.values());
  }

  /** The setting of that name, or null if it may not be set there. */
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

  private static <T> Setting<T> anywhere(
      Group group, String usage, ValueType<T> type, @Nullable String value, String description) {
    return add(group, usage, type, value, description, EnumSet.allOf(Place.class));
  }

  /** Adds a setting that a servlet container decides itself, such as where it listens. */
  private static <T> Setting<T> standalone(
      Group group, String usage, ValueType<T> type, @Nullable String value, String description) {
    Set<Place> places = EnumSet.of(Place.FLAG, Place.ENVIRONMENT, Place.FILE);
    return add(group, usage, type, value, description, places);
  }

  private static <T> Setting<T> outsideFiles(
      Group group, String usage, ValueType<T> type, @Nullable String value, String description) {
    Set<Place> places = EnumSet.of(Place.FLAG, Place.ENVIRONMENT, Place.SERVLET_PARAMETER);
    return add(group, usage, type, value, description, places);
  }

  /** Adds a setting; {@code usage} is its name and, after a space, its metavar if it has one. */
  private static <T> Setting<T> add(
      Group group,
      String usage,
      ValueType<T> type,
      @Nullable String value,
      String description,
      Set<Place> places) {
    int space = usage.indexOf(' ');
    String name = space < 0 ? usage : usage.substring(0, space);
    String metavar = space < 0 ? "" : usage.substring(space + 1);
    Setting<T> setting = new Setting<>(group, name, metavar, type, value, description, places);
    TABLE.put(name, setting);
    return setting;
  }
}
