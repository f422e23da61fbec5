package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Converts field lines between Jetty's classes and ours: the same lines in the same order. */
public final class JettyFields {

  private JettyFields() {}

  /** Converts Jetty's lines to ours. */
  public static Fields of(HttpFields jetty) {
    Fields.Builder fields = Fields.builder();
    for (HttpField field : jetty) {
      fields.add(of(field));
    }
    return fields.build();
  }

  /** Converts one line. */
  public static Field of(HttpField field) {
    String value = field.getValue();
    return new Field(field.getName(), value == null ? "" : value);
  }

  /** Converts our lines to Jetty's. */
  public static HttpFields from(Fields fields) {
    HttpFields.Mutable jetty = HttpFields.build();
    for (Field line : fields) {
      jetty.add(line.name(), line.value());
    }
    return jetty.asImmutable();
  }
}
