package io.cachingproxy.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Keys and self-signed certificates, made by the JDK's keytool in a directory of the caller's. */
final class Certificates {

  private static final String PASSWORD = "changeit";

  private final Path directory;

  Certificates(Path directory) {
    this.directory = directory;
  }

  /**
   * A server's key and its certificate for that name, for example {@code dns:localhost}.
   *
   * @return the alias, for the other methods
   */
  String create(String alias, String subjectAlternativeName) {
    keytool(
        "-genkeypair",
        "-keystore",
        keyStore(alias).toString(),
        "-alias",
        alias,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + alias,
        "-ext",
        "san=" + subjectAlternativeName);
    return alias;
  }

  /** What a server with that certificate needs. */
  SSLContext serverContext(String alias) {
    try (InputStream in = Files.newInputStream(keyStore(alias))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The flags for a JVM that trusts these certificates and no others. */
  List<String> trusting(String... aliases) {
    Path trust = directory.resolve("trust-" + String.join("-", aliases) + ".p12");
    List<String> flags =
        List.of(
            "-Djavax.net.ssl.trustStore=" + trust,
            "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    if (Files.exists(trust)) {
      return flags;
    }
    for (String alias : aliases) {
      Path certificate = directory.resolve(alias + ".cer");
      keytool(
          "-exportcert",
          "-keystore",
          keyStore(alias).toString(),
          "-alias",
          alias,
          "-file",
          certificate.toString());
      keytool(
          "-importcert",
          "-noprompt",
          "-keystore",
          trust.toString(),
          "-alias",
          alias,
          "-file",
          certificate.toString());
    }
    return flags;
  }

  private Path keyStore(String alias) {
    return directory.resolve(alias + ".p12");
  }

  private static void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + said);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
