package io.cachingproxy.testing;

import java.util.Set;

/** The environment of a process under test: without what this machine's own has for the program. */
public final class CleanEnvironment {

  /** A JVM tells on standard error that it has picked one up, and the launcher obeys them. */
  private static final Set<String> OPTIONS_OF_JVMS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private CleanEnvironment() {}

  /** Takes out all settings of the proxy and options for JVMs. */
  public static void of(ProcessBuilder builder) {
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("CACHING_PROXY_") || OPTIONS_OF_JVMS.contains(name));
  }
}
