package io.cachingproxy.http;

import org.jspecify.annotations.Nullable;

/**
 * A request without its content (RFC 9110 §3.4): what a cache decides on. A snapshot, independent
 * of the container's request object. Immutable and thread-safe.
 */
public final class RequestHead {

  private final String method;
  private final TargetUri target;
  private final Fields fields;
  private volatile @Nullable RequestedValues requested;

  /**
   * A request head.
   *
   * @param method the method, case-sensitive (RFC 9110 §9.1)
   * @param target the target URI as the origin sees it (RFC 9110 §7.1)
   * @param fields all field lines as the client sent them
   */
  public RequestHead(String method, TargetUri target, Fields fields) {
    this.method = method;
    this.target = target;
    this.fields = fields;
  }

  public String method() {
    return method;
  }

  public TargetUri target() {
    return target;
  }

  public Fields fields() {
    return fields;
  }

  /** The request's values of selecting fields, computed once for all stored responses. */
  public RequestedValues requested() {
    RequestedValues known = requested;
    if (known == null) {
      known = new RequestedValues(fields);
      requested = known;
    }
    return known;
  }

  /** The same request as a GET. */
  public RequestHead asGet() {
    if (method.equals("GET")) {
      return this;
    }
    RequestHead get = new RequestHead("GET", target, fields);
    get.requested = requested();
    return get;
  }

  @Override
  public String toString() {
    return method + ' ' + target + '\n' + fields;
  }
}
