package io.cachingproxy.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What one scenario plays on: paths of its own at an origin shared by all, and proxies in front of
 * it that are shared by all scenarios with the same settings. Given to test methods by {@link
 * OnStage}.
 */
public final class Stage {

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final RawOrigin origin;
  private final Function<Map<String, String>, ProxyUnderTest> proxies;
  private final String root = "/s" + COUNTER.incrementAndGet() + "/";
  private final List<Gate> gates = new ArrayList<>();

  Stage(RawOrigin origin, Function<Map<String, String>, ProxyUnderTest> proxies) {
    this.origin = origin;
    this.proxies = proxies;
  }

  /** The path of this scenario's one resource. */
  public String path() {
    return path("page");
  }

  /** A path that no other scenario uses. */
  public String path(String name) {
    return root + name;
  }

  /** The script for all paths of this scenario. */
  public Stage origin(Script script) {
    origin.on(root, script);
    return this;
  }

  /** The script for one path of this scenario. */
  public Stage origin(String name, Script script) {
    origin.on(path(name), script);
    return this;
  }

  /** The shared origin itself. */
  public RawOrigin sharedOrigin() {
    return origin;
  }

  /** What the origin received for this scenario, in order. */
  public List<ReceivedRequest> requests() {
    return origin.requests(root);
  }

  /** The request that the origin received last for this scenario. */
  public ReceivedRequest lastRequest() {
    List<ReceivedRequest> all = requests();
    if (all.isEmpty()) {
      throw new AssertionError("the origin received no request");
    }
    return all.get(all.size() - 1);
  }

  /** A gate that is opened at the latest when the scenario ends. */
  public Gate gate() {
    Gate gate = new Gate();
    gates.add(gate);
    return gate;
  }

  /** The shared proxy with these settings (name, value, alternating) beside the origin. */
  public ProxyUnderTest proxy(String... namesAndValues) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("origin", origin.url());
    // A machine that does other things for five seconds is no origin that can't be reached.
    settings.put("connect-timeout", "60s");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return proxies.apply(settings);
  }

  /** A new connection to the proxy with default settings; the caller closes it. */
  public RawClient client() {
    return proxy().client();
  }

  /** A GET of this scenario's one resource through the proxy with default settings. */
  public Response get(String... headerLines) throws IOException {
    return proxy().get(path(), headerLines);
  }

  /** A request without a body for this scenario's one resource. */
  public Response exchange(String method, String... headerLines) throws IOException {
    return proxy().exchange(method, path(), headerLines);
  }

  /** Lets go of every waiting script, and throws if one of them failed. */
  void end() {
    gates.forEach(Gate::open);
    origin.throwFailures(root);
  }
}
