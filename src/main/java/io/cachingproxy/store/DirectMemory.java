package io.cachingproxy.store;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the JVM allows of memory outside the heap. */
public final class DirectMemory {

  /** Buffers of sockets need direct memory too: without any, connections would fail. */
  private static final long MOST_FOR_OTHERS = 64L << 20;

  private DirectMemory() {}

  /**
   * The most bytes of direct buffers the JVM allows, {@code -XX:MaxDirectMemorySize}: unless it is
   * set, the largest size of the heap.
   */
  public static long maximum() {
    long option = option("MaxDirectMemorySize");
    return option > 0 ? option : Runtime.getRuntime().maxMemory();
  }

  /**
   * The largest limit of a store that leaves enough of {@link #maximum()} for everything else. A
   * program whose limit is larger had better refuse to start; a {@link MemoryStore} keeps to this.
   */
  public static long usable() {
    long maximum = maximum();
    return maximum - Math.min(MOST_FOR_OTHERS, maximum / 8);
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
