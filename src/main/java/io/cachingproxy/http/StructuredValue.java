package io.cachingproxy.http;

import java.math.BigDecimal;

/** A bare item of a structured field (RFC 9651 §3.3). */
public sealed interface StructuredValue {

  /** An integer of at most 15 digits. */
  record IntegerValue(long value) implements StructuredValue {}

  /** A decimal of at most 12 digits before and 1 to 3 after the point. */
  record DecimalValue(BigDecimal value) implements StructuredValue {}

  /** A string of printable ASCII characters. */
  record StringValue(String value) implements StructuredValue {}

  /** A token. */
  record TokenValue(String value) implements StructuredValue {}

  /** A byte sequence, in base64. */
  record BytesValue(String base64) implements StructuredValue {}

  /** A boolean. */
  record BooleanValue(boolean value) implements StructuredValue {}

  /** A date, in seconds since 1970. */
  record DateValue(long epochSeconds) implements StructuredValue {}

  /** A display string: any Unicode text. */
  record DisplayValue(String value) implements StructuredValue {}
}
