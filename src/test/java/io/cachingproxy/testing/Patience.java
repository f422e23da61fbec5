package io.cachingproxy.testing;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has every {@code await()} wait as long as a gate does: a condition that is never met costs time
 * only where the test fails anyway, and a busy machine must not make it fail. JUnit finds it by its
 * service file.
 */
public final class Patience implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(Gate.PATIENCE);
  }
}
