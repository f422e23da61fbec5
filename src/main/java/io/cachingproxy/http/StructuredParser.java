package io.cachingproxy.http;

import io.cachingproxy.http.StructuredFields.InnerList;
import io.cachingproxy.http.StructuredFields.Item;
import io.cachingproxy.http.StructuredFields.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parsing algorithms of RFC 9651 §4.2, except for bare items. */
final class StructuredParser {

  /** The text is not a structured field. Has no stack trace, since this is an ordinary outcome. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed() {
      super(null, null, false, false);
    }
  }

  private static final StructuredValue TRUE = new StructuredValue.BooleanValue(true);

  private final String text;
  private int at;

  StructuredParser(String text) {
    this.text = text;
  }

  /** RFC 9651 §4.2.1. */
  List<Member> list() throws Malformed {
    List<Member> members = new ArrayList<>();
    while (!atEnd()) {
      members.add(itemOrInnerList());
      nextMember();
    }
    return Collections.unmodifiableList(members);
  }

  /** RFC 9651 §4.2.2; of members with the same key the last counts. */
  Map<String, Member> dictionary() throws Malformed {
    Map<String, Member> members = new LinkedHashMap<>();
    while (!atEnd()) {
      String key = key();
      Member member = skip('=') ? itemOrInnerList() : new Item(TRUE, parameters());
      members.put(key, member);
      nextMember();
    }
    return Collections.unmodifiableMap(members);
  }

  /** Advances to the next member, if there is one; a trailing comma is an error. */
  private void nextMember() throws Malformed {
    skipWhitespace();
    if (!atEnd()) {
      expect(',');
      skipWhitespace();
      if (atEnd()) {
        throw new Malformed();
      }
    }
  }

  private Member itemOrInnerList() throws Malformed {
    return peek() == '(' ? innerList() : item();
  }

  /** RFC 9651 §4.2.1.2. */
  private InnerList innerList() throws Malformed {
    expect('(');
    List<Item> items = new ArrayList<>();
    while (true) {
      skipSpaces();
      if (skip(')')) {
        return new InnerList(Collections.unmodifiableList(items), parameters());
      }
      items.add(item());
      if (peek() != ' ' && peek() != ')') {
        throw new Malformed();
      }
    }
  }

  /** RFC 9651 §4.2.3. */
  Item item() throws Malformed {
    return new Item(new BareItems(this).next(), parameters());
  }

  /** RFC 9651 §4.2.3.2. */
  private Map<String, StructuredValue> parameters() throws Malformed {
    if (peek() != ';') {
      return Map.of();
    }
    Map<String, StructuredValue> parameters = new LinkedHashMap<>();
    while (skip(';')) {
      skipSpaces();
      String key = key();
      parameters.put(key, skip('=') ? new BareItems(this).next() : TRUE);
    }
    return Collections.unmodifiableMap(parameters);
  }

  /** RFC 9651 §4.2.3.3. */
  private String key() throws Malformed {
    int start = at;
    if (!isLower(peek()) && peek() != '*') {
      throw new Malformed();
    }
    while (isLower(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
      at++;
    }
    return text.substring(start, at);
  }

  /** The next character; NUL, which no structured field contains, at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  /** Consumes the next character; fails at the end. */
  char take() throws Malformed {
    if (atEnd()) {
      throw new Malformed();
    }
    return text.charAt(at++);
  }

  boolean skip(char c) {
    if (!atEnd() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  void expect(char c) throws Malformed {
    if (take() != c) {
      throw new Malformed();
    }
  }

  boolean atEnd() {
    return at >= text.length();
  }

  void skipSpaces() {
    while (skip(' ')) {}
  }

  private void skipWhitespace() {
    while (skip(' ') || skip('\t')) {}
  }

  static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
