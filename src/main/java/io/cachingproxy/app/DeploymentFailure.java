package io.cachingproxy.app;

/**
 * The web application can't be deployed as it is configured. Containers log such an exception with
 * its stack trace; this one has none, and its text is one line for the operator.
 */
final class DeploymentFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeploymentFailure(String message) {
    super(message, null, false, false);
  }

  @Override
  public String toString() {
    return "caching-proxy is not deployed: " + getMessage();
  }
}
