package io.cachingproxy.config;

import static io.cachingproxy.config.Loading.error;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Protects the words an operator reads when a flag is wrong: one line, what, where, and what
 * instead.
 */
class ErrorMessagesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prot 3000 | unknown flag --prot; did you mean --port?
          --prot=3000 | unknown flag --prot; did you mean --port?
          --upstream x | unknown flag --upstream
          -p 3000 | unknown flag -p
          --chek-config | unknown flag --chek-config; did you mean --check-config?
          --help=yes | flag --help takes no value
          --clear-cache=now | flag --clear-cache takes no value
          --clear-cache --check-config | flags --clear-cache and --check-config exclude each other
          --admin-url http://b | flag --admin-url has no effect without --clear-cache
          --port | flag --port: found nothing, expected a port number from 0 to 65535
          --port= | flag --port: found nothing, expected a port number from 0 to 65535
          --port --host x | flag --port: found nothing, expected a port number from 0 to 65535
          --port http | flag --port: found "http", expected a port number from 0 to 65535
          --port 65536 | flag --port: found "65536", expected a port number from 0 to 65535
          --port -1 | flag --port: found "-1", expected a port number from 0 to 65535
          --port 1 --port 2 | flag --port: given twice
          products | unexpected argument "products"
          http://b | unexpected argument "http://b"
          -- --port | unexpected argument "--port"
          --host a/b | flag --host: found "a/b", expected a host name or an IP address
          --memory 1.5GB | flag --memory: found "1.5GB", expected a size at least 64KB, such as 64KB, 256MB or 2GB
          --memory 63KB | flag --memory: found "63KB", expected a size at least 64KB, such as 64KB, 256MB or 2GB
          --max-object-size 257MB | flag --max-object-size: found "257MB", expected at most the memory, 256MB (default)
          --max-request-header-size 1 | flag --max-request-header-size: found "1", expected a size from 1KB to 16MB, such as 64KB, 256MB or 2GB
          --default-ttl 30 | flag --default-ttl: found "30", expected a duration such as 500ms, 30s, 5m, 2h or 1d; did you mean 30s?
          --heuristic-percent 101 | flag --heuristic-percent: found "101", expected a number from 0 to 100
          --heuristic-max 0 | flag --heuristic-max: found "0", expected a duration above 0 such as 500ms, 30s, 5m, 2h or 1d
          --harmless-fields X-A,Cookie | flag --harmless-fields: Cookie is never harmless, since answers to it are often for one user alone
          --connect-timeout 0 | flag --connect-timeout: found "0", expected a duration above 0 such as 500ms, 30s, 5m, 2h or 1d
          --shutdown-timeout 5 | flag --shutdown-timeout: found "5", expected a duration such as 500ms, 30s, 5m, 2h or 1d; did you mean 5s?
          --client-cache-control honor | flag --client-cache-control: found "honor", expected honour or ignore; did you mean honour?
          --cookies keep | flag --cookies: found "keep", expected store or bypass
          --preserve-host=yes | flag --preserve-host: found "yes", expected true or false
          --preserve-host=treu | flag --preserve-host: found "treu", expected true or false; did you mean true?
          --targeted-cache-control A,,B | flag --targeted-cache-control: found "A,,B", expected field names separated by commas
          --pass-header X-A,x-forwarded-host | flag --pass-header: x-forwarded-host can't be passed on, since the proxy writes it itself
          --pass-header X_Forwarded_Host | flag --pass-header: X_Forwarded_Host can't be passed on, since the proxy writes it itself
          --pass-header a:b | flag --pass-header: found "a:b", expected field names separated by commas
          --max-request-fields 0 | flag --max-request-fields: found "0", expected a number from 1 to 10000
          --max-request-fields many | flag --max-request-fields: found "many", expected a number from 1 to 10000
          --request-header-timeout 0 | flag --request-header-timeout: found "0", expected a duration above 0 such as 500ms, 30s, 5m, 2h or 1d
          --kafka-bootstrap-servers kafka | flag --kafka-bootstrap-servers: found "kafka", expected host:port, or several separated by commas; did you mean kafka:9092?
          --kafka-bootstrap-servers a:1,b:0 | flag --kafka-bootstrap-servers: found "a:1,b:0", expected host:port, or several separated by commas
          --kafka-topic a/b | flag --kafka-topic: found "a/b", expected a topic name of at most 249 letters, digits, dots, underscores and dashes
          --kafka-topic .. | flag --kafka-topic: found "..", expected a topic name of at most 249 letters, digits, dots, underscores and dashes
          --admin-token sécret | flag --admin-token: found something else (not shown), expected visible ASCII characters without spaces
          --port 8000 | port 8000 (flag --port) is also the metrics port (default); give one of them another number
          --metrics-port 3000 | port 3000 (default) is also the metrics port (flag --metrics-port); give one of them another number
          --config /nowhere/x.yaml | flag --config: cannot read "/nowhere/x.yaml": no such file
          --config / | flag --config: cannot read "/": it is a directory
          --clear-cache --metrics-port 0 | flag --metrics-port: 0 doesn't tell where the proxy is; give --admin-url
          """)
  void aWrongFlagIsToldInOneLine(String flags, String message) {
    assertThat(error(("--origin http://a " + flags).split(" "))).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dummyjson.com | "dummyjson.com" | ; did you mean http://dummyjson.com?
          localhost:8080 | "localhost:8080" | ; did you mean http://localhost:8080?
          ftp://example.com | "ftp://example.com" | ''
          http://example.com/?q=1 | "http://example.com/?q=1" | ''
          http://me:pw@example.com | "http://***@example.com" | ''
          """)
  void aWrongOriginIsToldWithWhatWasMeant(String origin, String found, String ending) {
    assertThat(error("--origin", origin))
        .isEqualTo(
            "flag --origin: found "
                + found
                + ", expected an http or https URL such as http://example.com, without user, query"
                + " or fragment"
                + ending);
  }

  @Test
  void aMissingOriginIsToldWithAnExample() {
    String message = "no origin: give it with --origin, for example --origin http://dummyjson.com";
    assertThat(error()).isEqualTo(message);
    assertThat(error("--check-config")).isEqualTo(message);
  }

  @Test
  void aLoneUrlIsTakenForTheOriginThatWasMeant() {
    assertThat(error("http://dummyjson.com"))
        .isEqualTo(
            "unexpected argument \"http://dummyjson.com\"; did you mean --origin"
                + " http://dummyjson.com?");
  }

  @Test
  void whateverIsQuotedStaysOnOneLineOfBoundedLength() {
    assertThat(error("--origin", "http://a", "--port", "1\n2\u001b[31m\u2028"))
        .isEqualTo(
            "flag --port: found \"1\\u000a2\\u001b[31m\\u2028\", expected a port number from 0 to"
                + " 65535");
    assertThat(error("--origin", "http://a", "--port", "9".repeat(100_000)))
        .isEqualTo(
            "flag --port: found \"%s...\", expected a port number from 0 to 65535"
                .formatted("9".repeat(160)));
    assertThat(error("--" + "x\n".repeat(50_000))).doesNotContain("\n").hasSizeLessThan(2000);
  }
}
