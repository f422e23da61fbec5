package io.cachingproxy.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses and prints structured fields (RFC 9651), strictly: a field with an error is ignored as a
 * whole. Never throws. Maps keep the order of the field.
 */
public final class StructuredFields {

  private StructuredFields() {}

  /** A member of a list or a dictionary. */
  public sealed interface Member {
    /** Its parameters. */
    Map<String, StructuredValue> parameters();
  }

  /** An item with its parameters. */
  public record Item(StructuredValue value, Map<String, StructuredValue> parameters)
      implements Member {}

  /** An inner list with its parameters. */
  public record InnerList(List<Item> items, Map<String, StructuredValue> parameters)
      implements Member {}

  /** Parses field lines as one dictionary; null if they are invalid. */
  public static @Nullable Map<String, Member> dictionary(List<String> lines) {
    return read(lines, StructuredParser::dictionary);
  }

  /** Parses field lines as one list; null if they are invalid. */
  public static @Nullable List<Member> list(List<String> lines) {
    return read(lines, StructuredParser::list);
  }

  /** Parses field lines as one item; null if they are invalid. */
  public static @Nullable Item item(List<String> lines) {
    return read(lines, StructuredParser::item);
  }

  /** Prints a dictionary as a field value. */
  public static String print(Map<String, Member> dictionary) {
    return StructuredPrinter.dictionary(dictionary);
  }

  /** Prints a list as a field value. */
  public static String print(List<Member> list) {
    return StructuredPrinter.list(list);
  }

  /** Prints an item as a field value. */
  public static String print(Item item) {
    return StructuredPrinter.item(item);
  }

  private interface Reader<T> {
    T read(StructuredParser parser) throws StructuredParser.Malformed;
  }

  /** RFC 9651 §4.2: discard spaces, parse, discard spaces, and nothing may be left. */
  private static <T> @Nullable T read(List<String> lines, Reader<T> reader) {
    StructuredParser parser = new StructuredParser(String.join(", ", lines));
    try {
      parser.skipSpaces();
      T value = reader.read(parser);
      parser.skipSpaces();
      return parser.atEnd() ? value : null;
    } catch (StructuredParser.Malformed malformed) {
      return null;
    }
  }
}
