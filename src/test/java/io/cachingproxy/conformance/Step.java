package io.cachingproxy.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One request of a case, what the origin does if it is asked, and what must be seen. */
final class Step {

  final String method;
  final String[] lines;
  final List<Reply> replies = new ArrayList<>();
  final List<Consumer<Seen>> checks = new ArrayList<>();
  String resource = "";
  String content = "";
  long secondsLater;
  long originSeconds;
  int backgroundRequests;

  Step(String method, String... lines) {
    this.method = method;
    this.lines = lines;
  }
}
