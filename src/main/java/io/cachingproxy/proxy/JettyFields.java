package io.cachingproxy.proxy;

import io.cachingproxy.http.Field;
import io.cachingproxy.http.Fields;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Field lines as Jetty has them, and as the rules have them: the same lines in the same order. */
final class JettyFields {

  private JettyFields() {}

  static Fields of(HttpFields jetty) {
    Fields.Builder fields = Fields.builder();
    for (HttpField field : jetty) {
      String value = field.getValue();
      fields.add(field.getName(), value == null ? "" : value);
    }
    return fields.build();
  }

  static HttpFields from(Fields fields) {
    HttpFields.Mutable jetty = HttpFields.build();
    for (Field line : fields) {
      jetty.add(line.name(), line.value());
    }
    return jetty.asImmutable();
  }
}
