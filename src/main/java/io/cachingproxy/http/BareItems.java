package io.cachingproxy.http;

import io.cachingproxy.http.StructuredParser.Malformed;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Parses bare items (RFC 9651 §4.2.3.1, §4.2.4 to §4.2.10). */
final class BareItems {

  private static final int MAX_INTEGER_DIGITS = 15;
  private static final int MAX_DECIMAL_DIGITS_BEFORE_POINT = 12;
  private static final int MAX_DECIMAL_DIGITS_AFTER_POINT = 3;

  private final StructuredParser in;

  BareItems(StructuredParser in) {
    this.in = in;
  }

  StructuredValue next() throws Malformed {
    char c = in.peek();
    return switch (c) {
      case '"' -> string();
      case ':' -> bytes();
      case '?' -> bool();
      case '@' -> date();
      case '%' -> display();
      default -> {
        if (c == '-' || StructuredParser.isDigit(c)) {
          yield number();
        }
        if (c == '*' || isAlpha(c)) {
          yield token();
        }
        throw new Malformed();
      }
    };
  }

  private StructuredValue number() throws Malformed {
    StringBuilder digits = new StringBuilder();
    String sign = in.skip('-') ? "-" : "";
    int point = -1;
    while (StructuredParser.isDigit(in.peek()) || (in.peek() == '.' && point < 0)) {
      if (in.peek() == '.') {
        point = digits.length();
        if (point > MAX_DECIMAL_DIGITS_BEFORE_POINT) {
          throw new Malformed();
        }
      }
      digits.append(in.take());
      if (digits.length() > MAX_INTEGER_DIGITS + (point < 0 ? 0 : 1)) {
        throw new Malformed();
      }
    }
    if (digits.length() == 0 || point == 0) {
      throw new Malformed();
    }
    if (point < 0) {
      return new StructuredValue.IntegerValue(Long.parseLong(sign + digits));
    }
    int fraction = digits.length() - point - 1;
    if (fraction < 1 || fraction > MAX_DECIMAL_DIGITS_AFTER_POINT) {
      throw new Malformed();
    }
    // The canonical form: without trailing zeros, but with at least one decimal.
    BigDecimal value = new BigDecimal(sign + digits).stripTrailingZeros();
    return new StructuredValue.DecimalValue(value.setScale(Math.max(1, value.scale())));
  }

  private StructuredValue string() throws Malformed {
    in.expect('"');
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = in.take();
      if (c == '"') {
        return new StructuredValue.StringValue(value.toString());
      }
      if (c == '\\') {
        c = in.take();
        if (c != '"' && c != '\\') {
          throw new Malformed();
        }
      }
      value.append(printable(c));
    }
  }

  private StructuredValue token() throws Malformed {
    StringBuilder value = new StringBuilder();
    value.append(in.take());
    while (Tokens.isTokenChar(in.peek()) || in.peek() == ':' || in.peek() == '/') {
      value.append(in.take());
    }
    return new StructuredValue.TokenValue(value.toString());
  }

  private StructuredValue bytes() throws Malformed {
    in.expect(':');
    StringBuilder base64 = new StringBuilder();
    for (char c = in.take(); c != ':'; c = in.take()) {
      base64.append(c);
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(base64.toString());
      return new StructuredValue.BytesValue(Base64.getEncoder().encodeToString(decoded));
    } catch (IllegalArgumentException notBase64) {
      throw new Malformed();
    }
  }

  private StructuredValue bool() throws Malformed {
    in.expect('?');
    char c = in.take();
    if (c != '0' && c != '1') {
      throw new Malformed();
    }
    return new StructuredValue.BooleanValue(c == '1');
  }

  private StructuredValue date() throws Malformed {
    in.expect('@');
    if (number() instanceof StructuredValue.IntegerValue seconds) {
      return new StructuredValue.DateValue(seconds.value());
    }
    throw new Malformed();
  }

  private StructuredValue display() throws Malformed {
    in.expect('%');
    in.expect('"');
    StringBuilder octets = new StringBuilder();
    while (true) {
      char c = in.take();
      if (c == '"') {
        return new StructuredValue.DisplayValue(utf8(octets));
      }
      octets.append(c == '%' ? (char) (hex(in.take()) * 16 + hex(in.take())) : printable(c));
    }
  }

  private static String utf8(StringBuilder octets) throws Malformed {
    byte[] bytes = octets.toString().getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new Malformed();
    }
  }

  /** Only lower-case hexadecimal digits are allowed here (RFC 9651 §4.2.10). */
  private static int hex(char c) throws Malformed {
    if (StructuredParser.isDigit(c)) {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    throw new Malformed();
  }

  private static char printable(char c) throws Malformed {
    if (c < ' ' || c > '~') {
      throw new Malformed();
    }
    return c;
  }

  private static boolean isAlpha(char c) {
    return StructuredParser.isLower(c) || (c >= 'A' && c <= 'Z');
  }
}
