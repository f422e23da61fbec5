package io.cachingproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Protects every listener from events that are not passed on to it. */
class CacheListenersTest {

  @TestFactory
  Stream<DynamicTest> everyListenerHearsOf() {
    return Stream.of(CacheListener.class.getMethods())
        .map(event -> DynamicTest.dynamicTest(event.getName(), () -> isHeardByAll(event)));
  }

  private static void isHeardByAll(Method event) throws ReflectiveOperationException {
    List<String> heard = new ArrayList<>();
    CacheListeners listeners =
        new CacheListeners(List.of(listener("first", heard), listener("second", heard)));
    Object[] arguments =
        Stream.of(event.getParameterTypes()).map(CacheListenersTest::any).toArray();
    event.invoke(listeners, arguments);
    assertThat(heard).containsExactly("first " + event.getName(), "second " + event.getName());
  }

  private static CacheListener listener(String name, List<String> heard) {
    return (CacheListener)
        Proxy.newProxyInstance(
            CacheListener.class.getClassLoader(),
            new Class<?>[] {CacheListener.class},
            (proxy, method, arguments) -> {
              heard.add(name + " " + method.getName());
              return null;
            });
  }

  private static @Nullable Object any(Class<?> type) {
    return type == int.class ? (Object) 200 : type == long.class ? (Object) 1L : null;
  }
}
