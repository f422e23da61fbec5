package io.cachingproxy.proxy.request;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Field lines as Jetty has them, and as the rules have them: the same lines in the same order. */
public final class JettyFields {

  private JettyFields() {}

  /** Jetty's lines as the rules have them. */
  public static Fields of(HttpFields jetty) {
    Fields.Builder fields = Fields.builder();
    for (HttpField field : jetty) {
      fields.add(of(field));
    }
    return fields.build();
  }

  /** One line. */
  public static Field of(HttpField field) {
    String value = field.getValue();
    return new Field(field.getName(), value == null ? "" : value);
  }

  /** The rules' lines as Jetty has them. */
  public static HttpFields from(Fields fields) {
    HttpFields.Mutable jetty = HttpFields.build();
    for (Field line : fields) {
      jetty.add(line.name(), line.value());
    }
    return jetty.asImmutable();
  }
}
