package io.cachingproxy.http;

import io.cachingproxy.http.StructuredFields.InnerList;
import io.cachingproxy.http.StructuredFields.Item;
import io.cachingproxy.http.StructuredFields.Member;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The printing algorithms of RFC 9651 §4.1. */
final class StructuredPrinter {

  private static final StructuredValue TRUE = new StructuredValue.BooleanValue(true);

  private StructuredPrinter() {}

  static String dictionary(Map<String, Member> members) {
    return members.entrySet().stream()
        .map(entry -> entry.getKey() + dictionaryValue(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String dictionaryValue(Member member) {
    return member instanceof Item item && item.value().equals(TRUE)
        ? parameters(item)
        : "=" + member(member);
  }

  static String list(List<Member> members) {
    return members.stream().map(StructuredPrinter::member).collect(Collectors.joining(", "));
  }

  static String item(Item item) {
    return bare(item.value()) + parameters(item);
  }

  private static String member(Member member) {
    if (member instanceof InnerList list) {
      String items =
          list.items().stream().map(StructuredPrinter::item).collect(Collectors.joining(" "));
      return "(" + items + ")" + parameters(list);
    }
    return item((Item) member);
  }

  private static String parameters(Member member) {
    StringBuilder out = new StringBuilder();
    member
        .parameters()
        .forEach(
            (key, value) ->
                out.append(';').append(key).append(value.equals(TRUE) ? "" : "=" + bare(value)));
    return out.toString();
  }

  private static String bare(StructuredValue value) {
    if (value instanceof StructuredValue.IntegerValue integer) {
      return Long.toString(integer.value());
    } else if (value instanceof StructuredValue.DecimalValue decimal) {
      return decimal.value().toPlainString();
    } else if (value instanceof StructuredValue.StringValue string) {
      return Tokens.quote(string.value());
    } else if (value instanceof StructuredValue.TokenValue token) {
      return token.value();
    } else if (value instanceof StructuredValue.BytesValue bytes) {
      return ":" + bytes.base64() + ":";
    } else if (value instanceof StructuredValue.BooleanValue bool) {
      return bool.value() ? "?1" : "?0";
    } else if (value instanceof StructuredValue.DateValue date) {
      return "@" + date.epochSeconds();
    }
    return display(((StructuredValue.DisplayValue) value).value());
  }

  private static String display(String text) {
    StringBuilder out = new StringBuilder("%\"");
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      if (c < ' ' || c > '~' || c == '%' || c == '"') {
        out.append('%')
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
