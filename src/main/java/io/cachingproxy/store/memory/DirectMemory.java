package io.cachingproxy.store.memory;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the JVM allows of memory outside the heap. */
public final class DirectMemory {

  /** Buffers of sockets need direct memory too: without any, connections would fail. */
  private static final long MAX_FOR_OTHERS = 64L << 20;

  /** Frees the memory of a direct buffer, null where this JVM has no such thing. */
  private static final @Nullable MethodHandle CLEANER = cleaner();

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
    return maximum - Math.min(MAX_FOR_OTHERS, maximum / 8);
  }

  /**
   * Gives the memory of a direct buffer back at once; without this the garbage collector does it
   * when it comes to the buffer's object, which may be minutes later. Nobody may use the buffer or
   * a view of it any more.
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
   * What the JDK uses itself, and the executable jar may by its manifest. From Java 24 on the other
   * way has the JVM print a warning.
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
