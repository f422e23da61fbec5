package io.cachingproxy.proxy.client;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link ByteBuffer} to a servlet's output: without a copy where the container's stream
 * accepts one (required by Servlet 6.1, offered by Jetty before), through a byte array otherwise.
 */
final class ServletBuffers {

  private static final ClassValue<MethodHandle[]> WRITERS =
      new ClassValue<>() {
        @Override
        protected MethodHandle[] computeValue(Class<?> type) {
          MethodHandle writer = find(type);
          return writer == null ? new MethodHandle[0] : new MethodHandle[] {writer};
        }
      };

  private ServletBuffers() {}

  static void write(ServletOutputStream stream, ByteBuffer buffer) throws IOException {
    MethodHandle[] writer = WRITERS.get(stream.getClass());
    if (writer.length == 0) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      stream.write(copy);
      return;
    }
    try {
      writer[0].invokeExact(stream, buffer);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  private static @Nullable MethodHandle find(Class<?> type) {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(type, "write", MethodType.methodType(void.class, ByteBuffer.class))
          .asType(MethodType.methodType(void.class, ServletOutputStream.class, ByteBuffer.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }
}
