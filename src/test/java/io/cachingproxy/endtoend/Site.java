package io.cachingproxy.endtoend;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * A site as people make them: pages that link to each other, with styles that import others,
 * scripts, pictures, a font, an empty file and large ones. The same bytes each time.
 */
final class Site {

  private static final int PAGES = 40;
  private static final int PICTURES = 40;

  private final Map<String, byte[]> files = new TreeMap<>();
  private final Random random = new Random(1);

  private Site() throws IOException {
    for (int i = 0; i < PICTURES; i++) {
      files.put("images/" + i + ".png", picture(i));
    }
    for (int i = 0; i < PAGES; i++) {
      text("page-" + i + ".html", page(i));
    }
    text("styles/site.css", style());
    text("styles/colours.css", "h1 { color: #336699 } a { color: #993366 }\n");
    text("scripts/site.js", script());
    text("images/sun.svg", sun());
    // Nothing can read it; what counts is how a browser asks for a font.
    files.put("fonts/text.woff2", bytes(20_000));
    files.put("downloads/large.bin", bytes(3_000_000));
    files.put("downloads/empty.txt", new byte[0]);
  }

  /** Its files by their paths below the root. */
  static Map<String, byte[]> files() throws IOException {
    return new Site().files;
  }

  /**
   * Writes them as they are on a site that hasn't changed for years, which makes them fresh for
   * long.
   */
  static void write(Path root) throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
      Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }
  }

  private void text(String path, String content) {
    files.put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String page(int number) {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Page %1$d</title>
            <link rel="stylesheet" href="styles/site.css">
            <link rel="icon" href="images/sun.svg">
            <script src="scripts/site.js" defer></script>
            </head>
            <body>
            <h1>Page %1$d</h1>
            <img src="images/sun.svg" alt="the sun">
            """
                .formatted(number));
    for (int i = 0; i < 8; i++) {
      page.append("<img src=\"images/%d.png\" alt=\"\">\n".formatted((number + i) % PICTURES));
    }
    for (int i = 0; i < PAGES; i++) {
      page.append("<p>More is on <a href=\"page-%1$d.html\">page %1$d</a>.</p>\n".formatted(i));
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static String style() {
    return """
    @import "colours.css";
    @font-face { font-family: Text; src: url(../fonts/text.woff2) format("woff2") }
    body { font-family: Text, sans-serif; background: url(../images/0.png) }
    .made-by-the-script { height: 8px }
    """;
  }

  private static String script() {
    return """
    for (let i = 0; i < 60; i++) {
      const line = document.createElement("div");
      line.className = "made-by-the-script";
      line.style.background = "hsl(" + 6 * i + ", 80%, 50%)";
      document.body.prepend(line);
    }
    """;
  }

  private static String sun() {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">
    <circle cx="32" cy="32" r="30" fill="orange"/>
    </svg>
    """;
  }

  private byte[] picture(int number) throws IOException {
    int size = 16 << number % 4;
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < size; x++) {
      for (int y = 0; y < size; y++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
