package io.cachingproxy.app;

/**
 * The web application can't be deployed with its configuration. Containers log such an exception
 * with its stack trace; this one has none, and its text is one line for the operator.
 */
final class DeploymentFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeploymentFailure(String message) {
    super(message, null, false, false);
  }

  /** What containers print before a stack trace: the message, without a class name. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return "caching-proxy is not deployed: " + getMessage();
  }
}
