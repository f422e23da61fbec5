package io.cachingproxy.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file named by an operator. */
final class TextFile {

  /**
   * The largest file in bytes: larger than any configuration, and a limit for {@code /dev/zero}.
   */
  private static final int MAX_SIZE = 1 << 20;

  private TextFile() {}

  /**
   * Reads the UTF-8 text of the file at {@code path}.
   *
   * @param named where the path came from
   */
  static String read(String path, Source named) throws ConfigException {
    String cannotRead = named + ": cannot read " + Quoted.of(path) + ": ";
    try {
      if (Files.isDirectory(Path.of(path))) {
        throw new ConfigException(cannotRead + "it is a directory");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(Path.of(path))) {
        bytes = in.readNBytes(MAX_SIZE + 1);
      }
      if (bytes.length > MAX_SIZE) {
        throw new ConfigException(cannotRead + "it is larger than " + Sizes.print(MAX_SIZE));
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new ConfigException(cannotRead + "no such file");
    } catch (AccessDeniedException e) {
      throw new ConfigException(cannotRead + "permission denied");
    } catch (CharacterCodingException e) {
      throw new ConfigException(cannotRead + "it is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(cannotRead + Quoted.plain(String.valueOf(e.getMessage())));
    }
  }
}
