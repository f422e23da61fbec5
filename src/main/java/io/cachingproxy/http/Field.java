package io.cachingproxy.http;

/**
 * One field line of a message, exactly as it was received: the name in its original case, the value
 * without the surrounding whitespace (RFC 9110 §5.1, §5.5). Bytes outside ASCII are carried as
 * ISO-8859-1 characters.
 *
 * @param name the field name, never empty
 * @param value the field value, possibly empty
 */
public record Field(String name, String value) {

  /** Whether this field's name is {@code other}, ignoring case (RFC 9110 §5.1). */
  public boolean isNamed(String other) {
    return name.equalsIgnoreCase(other);
  }
}
