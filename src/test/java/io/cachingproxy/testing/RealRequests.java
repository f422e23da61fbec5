package io.cachingproxy.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The request fields that widespread clients send of themselves, without Host. */
public final class RealRequests {

  private static final String CHROMIUM =
      """
      Connection: keep-alive
      sec-ch-ua: "Not_A Brand";v="99", "Chromium";v="142"
      sec-ch-ua-mobile: ?0
      sec-ch-ua-platform: "Linux"
      User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36
      Accept-Encoding: gzip, deflate, br, zstd
      Accept-Language: en-GB,en;q=0.9
      """;

  private static final String FIREFOX =
      """
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0
      Accept-Language: en-GB,en;q=0.5
      Accept-Encoding: gzip, deflate, br, zstd
      Connection: keep-alive
      Sec-GPC: 1
      DNT: 1
      """;

  private RealRequests() {}

  /** By what sends them. */
  public static Map<String, String[]> all() {
    Map<String, String[]> all = new TreeMap<>();
    add(
        all,
        "Chromium document",
        CHROMIUM
            + """
            Upgrade-Insecure-Requests: 1
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8
            Sec-Fetch-Site: none
            Sec-Fetch-Mode: navigate
            Sec-Fetch-User: ?1
            Sec-Fetch-Dest: document
            """);
    add(
        all,
        "Chromium image",
        CHROMIUM
            + """
            Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: no-cors
            Sec-Fetch-Dest: image
            Referer: http://site.example/
            """);
    add(
        all,
        "Chromium script, reloaded",
        CHROMIUM
            + """
            Accept: */*
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: no-cors
            Sec-Fetch-Dest: script
            Referer: http://site.example/
            If-None-Match: "other"
            If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT
            """);
    add(
        all,
        "Chromium fetch",
        CHROMIUM
            + """
            Accept: */*
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: cors
            Sec-Fetch-Dest: empty
            Referer: http://site.example/
            Priority: u=1, i
            """);
    add(
        all,
        "Chromium font of another site",
        CHROMIUM
            + """
            Origin: http://site.example
            Accept: */*
            Sec-Fetch-Site: cross-site
            Sec-Fetch-Mode: cors
            Sec-Fetch-Dest: font
            Referer: http://site.example/
            """);
    add(
        all,
        "Chromium with client hints on a slow line",
        CHROMIUM
            + """
            Save-Data: on
            Sec-CH-Viewport-Width: 1280
            Sec-CH-DPR: 2
            Device-Memory: 8
            DPR: 2
            Downlink: 1.5
            ECT: 3g
            RTT: 300
            """);
    add(
        all,
        "Firefox document",
        FIREFOX
            + """
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Upgrade-Insecure-Requests: 1
            Sec-Fetch-Dest: document
            Sec-Fetch-Mode: navigate
            Sec-Fetch-Site: none
            Sec-Fetch-User: ?1
            Priority: u=0, i
            """);
    add(
        all,
        "Firefox font of another site",
        FIREFOX
            + """
            Accept: application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8
            Origin: http://site.example
            Referer: http://site.example/
            Sec-Fetch-Dest: font
            Sec-Fetch-Mode: cors
            Sec-Fetch-Site: cross-site
            """);
    add(
        all,
        "Safari",
        """
        Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
        Sec-Fetch-Site: none
        Sec-Fetch-Mode: navigate
        Sec-Fetch-Dest: document
        User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1.15
        Accept-Language: en-GB,en;q=0.9
        Priority: u=0, i
        Accept-Encoding: gzip, deflate
        Connection: keep-alive
        """);
    add(all, "curl", "User-Agent: curl/8.14.1\nAccept: */*");
    add(
        all,
        "curl --http2 --compressed",
        """
        User-Agent: curl/8.14.1
        Accept: */*
        Accept-Encoding: deflate, gzip, br, zstd
        Connection: Upgrade, HTTP2-Settings
        Upgrade: h2c
        HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA
        """);
    add(
        all,
        "wget",
        """
        User-Agent: Wget/1.25.0
        Accept: */*
        Accept-Encoding: identity
        Connection: Keep-Alive
        """);
    add(
        all,
        "Python requests",
        """
        User-Agent: python-requests/2.32.5
        Accept-Encoding: gzip, deflate
        Accept: */*
        Connection: keep-alive
        """);
    add(all, "Go net/http", "User-Agent: Go-http-client/1.1\nAccept-Encoding: gzip");
    add(
        all,
        "Java HttpClient",
        """
        Connection: Upgrade, HTTP2-Settings
        Content-Length: 0
        HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA
        Upgrade: h2c
        User-Agent: Java-http-client/17.0.16
        """);
    add(all, "okhttp", "Connection: Keep-Alive\nAccept-Encoding: gzip\nUser-Agent: okhttp/5.1.0");
    add(
        all,
        "axios",
        """
        Accept: application/json, text/plain, */*
        User-Agent: axios/1.12.2
        Accept-Encoding: gzip, compress, deflate, br
        Connection: keep-alive
        """);
    add(
        all,
        "fetch of Node",
        """
        connection: keep-alive
        accept: */*
        accept-language: *
        sec-fetch-mode: cors
        user-agent: node
        accept-encoding: gzip, deflate
        """);
    add(
        all,
        "Postman",
        """
        User-Agent: PostmanRuntime/7.48.0
        Accept: */*
        Postman-Token: 5c027384-09d2-4f5b-8f4a-4a9b8b1c2a3d
        Accept-Encoding: gzip, deflate, br
        Connection: keep-alive
        """);
    add(
        all,
        "a service mesh",
        """
        Accept: application/json
        X-Request-ID: 5c027384-09d2-4f5b-8f4a-4a9b8b1c2a3d
        traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
        tracestate: a=b
        baggage: a=b
        X-B3-TraceId: 463ac35c9f6413ad
        X-B3-Sampled: 1
        x-datadog-trace-id: 1
        uber-trace-id: 1:2:0:1
        sentry-trace: 1-2-1
        X-Envoy-Attempt-Count: 1
        X-Forwarded-Proto: https
        """);
    add(
        all,
        "content delivery networks",
        """
        Accept: */*
        Via: 1.1 edge
        CDN-Loop: cloudflare; loops=1
        CF-Ray: 98a2b3c4d5e6f708-FRA
        CF-Visitor: {"scheme":"https"}
        CF-Connecting-IP: 192.0.2.1
        X-Forwarded-For: 192.0.2.1
        X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678
        X-Amz-Cf-Id: abc
        X-Cloud-Trace-Context: 105445aa7843bc8bf206b12000100000/1;o=1
        X-Varnish: 32770
        """);
    return all;
  }

  private static void add(Map<String, String[]> all, String sender, String lines) {
    List<String> list = lines.lines().toList();
    all.put(sender, list.toArray(String[]::new));
  }
}
