package io.cachingproxy.testing;

import org.opentest4j.TestAbortedException;

/**
 * What becomes of a test whose tool isn't on this machine: it is skipped, with a word on how to get
 * the tool. Where {@code CI} is set, where everything is to be tested, it fails.
 */
public final class MissingTool {

  private MissingTool() {}

  /**
   * What to throw.
   *
   * @param what the program or directory that is missing
   * @param debianPackage where it comes from
   */
  public static RuntimeException of(String what, String debianPackage) {
    String message =
        "this test needs %s, which isn't here: apt-get install --no-install-recommends %s"
            .formatted(what, debianPackage);
    return System.getenv("CI") == null
        ? new TestAbortedException(message)
        : new IllegalStateException(message);
  }
}
