package io.cachingproxy.store;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the JVM allows of memory outside the heap. */
public final class DirectMemory {

  private DirectMemory() {}

  /**
   * The most bytes of direct buffers the JVM allows, {@code -XX:MaxDirectMemorySize}: unless it is
   * set, the largest size of the heap. The program compares it with the store's limit before it
   * starts; buffers of sockets need some of it too.
   */
  public static long maximum() {
    long option = option("MaxDirectMemorySize");
    return option > 0 ? option : Runtime.getRuntime().maxMemory();
  }

  /** The value of a numeric option of the JVM, 0 if it isn't set or this JVM doesn't know it. */
  private static long option(String name) {
    HotSpotDiagnosticMXBean options = options();
    if (options == null) {
      return 0;
    }
    try {
      return Long.parseLong(options.getVMOption(name).getValue());
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static @Nullable HotSpotDiagnosticMXBean options() {
    return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
  }
}
