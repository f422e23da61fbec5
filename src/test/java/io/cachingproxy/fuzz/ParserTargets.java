package io.cachingproxy.fuzz;

import io.cachingproxy.http.ByteRanges;
import io.cachingproxy.http.CacheControl;
import io.cachingproxy.http.CacheGroups;
import io.cachingproxy.http.ContentLength;
import io.cachingproxy.http.ContentRange;
import io.cachingproxy.http.DeltaSeconds;
import io.cachingproxy.http.EntityTag;
import io.cachingproxy.http.Fields;
import io.cachingproxy.http.HttpDate;
import io.cachingproxy.http.NoVarySearch;
import io.cachingproxy.http.RequestHead;
import io.cachingproxy.http.ResponseHead;
import io.cachingproxy.http.TargetUri;
import io.cachingproxy.rfc9111.EndToEnd;
import io.cachingproxy.rfc9111.TrailerSection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reads text that others write, without a socket. Throws only where there is a defect. */
final class ParserTargets {

  static final List<String> VALUES =
      List.of(
          "max-age=60, s-maxage=\"70\", private=\"set-cookie, x\", no-cache, stale-if-error=5",
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994",
          "W/\"tag\", \"other\", *",
          "bytes=0-99, 200-, -50",
          "bytes 0-99/200",
          "\"a\", \"b\";x=?1, (\"c\" 1 2.5 :YQ==:);q=@1;r=%\"x\"",
          "params=(\"a\" \"b\"), except=(\"c\"), key-order",
          "http://host.example:8080/a/%41/../b;c=d?x=1&y=%20+2#f",
          "accept-encoding, *, User-Agent",
          "123456789");

  static final List<String> EXCHANGES =
      List.of(
          "GET /a?b=c\nAccept: a/b;q=0.5, */*\nCookie: a=b\n\n"
              + "200\nCache-Control: max-age=60\nVary: accept\nETag: \"1\"\nContent-Length: 5",
          "GET /a\nRange: bytes=0-4,7-\nIf-Range: \"1\"\n\n"
              + "206\nContent-Range: bytes 0-4/10\nETag: \"1\"\nCache-Control: max-age=60",
          "GET /a\nIf-None-Match: \"1\", W/\"2\"\nCache-Control: max-stale=9, no-cache\n\n"
              + "304\nETag: \"1\"\nExpires: Sun, 06 Nov 2094 08:49:37 GMT\nAge: 5",
          "HEAD /a\nAuthorization: x\nAccept-Language: de, en;q=0.1\n\n"
              + "200\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\nCDN-Cache-Control: max-age=9",
          "POST /a\nContent-Length: 5\n\n"
              + "201\nLocation: /b\nContent-Location: http://origin/a\nCache-Control: max-age=9",
          "GET /a?utm=1&b=2\nPragma: no-cache\n\n"
              + "404\nNo-Vary-Search: params=(\"utm\")\nCache-Groups: \"a\", \"b\"\nWarning: 110 x",
          "DELETE /a\n\n204\nCache-Group-Invalidation: \"a\"\nSet-Cookie: a=b");

  private ParserTargets() {}

  /** Every parser of a field's value, a date, a number or a URI. */
  static void value(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    unused(
        CacheControl.parse(lines),
        CacheControl.parseTargeted(lines),
        ContentRange.parse(lines),
        EntityTag.parseList(lines),
        EntityTag.isAny(lines),
        EntityTag.parse(text),
        ByteRanges.parse(text),
        DeltaSeconds.parse(text),
        HttpDate.parse(text),
        HttpDate.parse(text, Instant.EPOCH));
    ByteRanges ranges = ByteRanges.parse(text);
    if (ranges != null) {
      unused(ranges.resolve(0), ranges.resolve(1000), ranges.resolve(Long.MAX_VALUE));
    }
    TargetUri target = TargetUri.parse(text);
    if (target != null && TargetUri.parse(target.toString()) == null) {
      throw new AssertionError("what was parsed can't be parsed again: " + target);
    }
    for (String name :
        List.of(
            "Cache-Groups",
            "Cache-Group-Invalidation",
            "No-Vary-Search",
            "Content-Length",
            "Connection",
            "TE",
            "Trailer")) {
      Fields.Builder all = Fields.builder();
      lines.forEach(line -> all.add(name, line));
      Fields fields = all.build();
      unused(
          CacheGroups.of(fields),
          CacheGroups.invalidatedBy(fields),
          NoVarySearch.of(fields),
          ContentLength.of(fields),
          EndToEnd.request(fields),
          EndToEnd.response(fields),
          EndToEnd.asTheOriginSees(fields),
          TrailerSection.passedOn(fields),
          TrailerSection.isWelcomeTo(fields));
    }
  }

  /**
   * A request and a response, written as lines: {@code GET /path}, fields, an empty line, {@code
   * 200}, fields.
   */
  record Heads(RequestHead request, ResponseHead response) {

    static @Nullable Heads parse(String text) {
      String[] halves = text.replace("\r", "").split("\n\n", 2);
      if (halves.length < 2) {
        return null;
      }
      String[] request = halves[0].split("\n", -1);
      String[] response = halves[1].split("\n", -1);
      String[] line = request[0].split(" ", 2);
      TargetUri target = TargetUri.parse("http://origin" + (line.length < 2 ? "/" : line[1]));
      if (target == null || !response[0].matches("[1-9][0-9]{2}")) {
        return null;
      }
      int status = Integer.parseInt(response[0]);
      return new Heads(
          new RequestHead(line[0], target, fields(request)),
          new ResponseHead(status, fields(response)));
    }

    private static Fields fields(String[] lines) {
      Fields.Builder fields = Fields.builder();
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        if (colon > 0) {
          fields.add(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
        }
      }
      return fields.build();
    }
  }

  private static void unused(@Nullable Object... results) {
    // Called for what they throw.
  }
}
