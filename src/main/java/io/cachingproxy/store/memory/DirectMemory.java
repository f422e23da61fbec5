package io.cachingproxy.store.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The JVM's memory outside the heap: its limits, and how to free it. */
public final class DirectMemory {

  /** What is left for the buffers of sockets, without which connections would fail. */
  private static final long MAX_FOR_OTHERS = 64L << 20;

  /** Frees the memory of a direct buffer; null if this JVM offers no way to do so. */
  private static final @Nullable MethodHandle CLEANER = cleaner();

  private DirectMemory() {}

  /**
   * How many bytes of direct buffers the JVM allows: {@code -XX:MaxDirectMemorySize} or, if that is
   * not set, the largest size of the heap.
   */
  public static long maximum() {
    long option = option("MaxDirectMemorySize");
    return option > 0 ? option : Runtime.getRuntime().maxMemory();
  }

  /**
   * The largest limit of a store, in bytes, that leaves enough of {@link #maximum()} for everything
   * else. A program with a larger limit should refuse to start; a {@link MemoryStore} lowers it to
   * this.
   */
  public static long usable() {
    long maximum = maximum();
    return maximum - Math.min(MAX_FOR_OTHERS, maximum / 8);
  }

  /**
   * Frees the memory of a direct buffer at once; otherwise it is freed when the garbage collector
   * finds the buffer, perhaps minutes later. The buffer and its views must not be used any more.
   */
  static void free(ByteBuffer buffer) {
    if (CLEANER == null || !buffer.isDirect()) {
      return;
    }
    try {
      CLEANER.invoke(buffer);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable MethodHandle cleaner() {
    MethodHandle own = cleanerOfTheJdk();
    return own != null ? own : cleanerForEverybody();
  }

  /**
   * The JDK's own way, which the manifest of the executable jar opens. The other way makes the JVM
   * print a warning from Java 24 on.
   */
  private static @Nullable MethodHandle cleanerOfTheJdk() {
    try {
      Class<?> buffer = Class.forName("sun.nio.ch.DirectBuffer");
      Class<?> cleaner = Class.forName("jdk.internal.ref.Cleaner");
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle cleanerOf =
          lookup.findVirtual(buffer, "cleaner", MethodType.methodType(cleaner));
      MethodHandle clean = lookup.findVirtual(cleaner, "clean", MethodType.methodType(void.class));
      return MethodHandles.filterReturnValue(cleanerOf, clean)
          .asType(MethodType.methodType(void.class, ByteBuffer.class));
    } catch (ReflectiveOperationException | RuntimeException notForUs) {
      return null;
    }
  }

  private static @Nullable MethodHandle cleanerForEverybody() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(instance.get(null));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  /** The value of a numeric JVM option, 0 if it isn't set or not known to this JVM. */
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
