package io.cachingproxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cachingproxy.admin.AdminServer.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may clear the cache, tried over real connections. */
class AdminAccessTest {

  private static final String CLEAR = "POST /admin/clear HTTP/1.1";
  private static final String EMPTY = "Content-Length: 0";
  private static final String LOCALHOST = "Host: localhost:8000";
  private static final String ELSEWHERE = "203.0.113.7";
  private static final String TOKEN = "correct-horse-battery";
  private static final String BEARER = "Authorization: Bearer " + TOKEN;

  @SuppressWarnings("NullAway.Init") // by start()
  private AdminServer admin;

  @BeforeEach
  void start() throws Exception {
    admin = new AdminServer(TOKEN, "/*");
  }

  @AfterEach
  void stop() throws Exception {
    admin.close();
  }

  private void assertCleared(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(admin.cleared).hasValue(1);
  }

  private void assertRefused(Answer answer, Access reason) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo("{\"error\":\"" + reason.reason() + "\"}\n");
    assertThat(admin.cleared).as("times cleared").hasValue(0);
  }

  /** A plain {@code proxy_pass} on this machine adds no field that would tell. */
  @Nested
  class OnThePortOfTheClients {

    private void restart(@Nullable String token) throws Exception {
      admin.close();
      admin = new AdminServer(token, AdminAccess.Trust.TOKEN, "/*");
    }

    @Test
    void onlyTheTokenCounts() throws Exception {
      restart(TOKEN);
      assertRefused(admin.ask(CLEAR, LOCALHOST, EMPTY), Access.NO_TOKEN);
      assertRefused(
          admin.ask(CLEAR, LOCALHOST, EMPTY, "Authorization: Bearer wrong"), Access.NO_TOKEN);
      assertThat(admin.ask("GET /admin/stats HTTP/1.1", LOCALHOST).status()).isEqualTo(200);
      assertCleared(admin.ask(CLEAR, LOCALHOST, EMPTY, BEARER));
    }

    @Test
    void withoutATokenNobodyMayAndIsToldWhatToDo() throws Exception {
      restart(null);
      assertRefused(admin.ask(CLEAR, LOCALHOST, EMPTY, BEARER), Access.OFF);
      assertRefused(admin.askFrom(ELSEWHERE, CLEAR, LOCALHOST, EMPTY), Access.OFF);
      assertThat(Access.OFF.reason()).contains("admin-token", "CACHING_PROXY_ADMIN_TOKEN");
    }
  }

  @Nested
  class FromThisMachine {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "localhost",
          "LOCALHOST:8000",
          "127.0.0.1:8000",
          "127.8.9.1",
          "[::1]:8000",
          "192.0.2.1:8000"
        })
    void noTokenIsNeeded(String host) throws IOException {
      assertCleared(admin.ask(CLEAR, "Host: " + host, EMPTY));
    }

    @Test
    void norAHostInHttp10() throws IOException {
      assertCleared(admin.ask("POST /admin/clear HTTP/1.0", EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "127.0.0.1", "127.255.255.254", "::ffff:127.0.0.1"})
    void byAnyLoopbackAddress(String address) throws IOException {
      assertCleared(admin.askFrom(address, CLEAR, LOCALHOST, EMPTY));
    }

    /** A page at evil.example whose name now resolves to 127.0.0.1: same origin for the browser. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "evil.example:8000",
          "localhost.evil.example",
          "127.0.0.1.evil.example",
          "127.0.0.1:8000.evil.example"
        })
    void aNameOfSomebodysDnsIsRefused(String host) throws IOException {
      Answer answer =
          admin.ask(
              CLEAR,
              "Host: " + host,
              "Origin: http://" + host,
              "Sec-Fetch-Site: same-origin",
              EMPTY);

      assertThat(answer.status()).isIn(400, 403);
      assertThat(admin.cleared).hasValue(0);
    }

    @Test
    void underAnyNameWithTheToken() throws IOException {
      assertCleared(admin.ask(CLEAR, "Host: cache.example:8000", BEARER, EMPTY));
    }

    /** Behind a proxy on this machine, everybody comes from loopback. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "X-Forwarded-For: 203.0.113.7",
          "X-Forwarded-For: 127.0.0.1",
          "Forwarded: for=127.0.0.1",
          "X-Real-IP: 127.0.0.1",
          "X-Forwarded-Host: localhost",
          "X-Forwarded-Proto: https",
          "Via: 1.1 caching-proxy"
        })
    void aForwardedRequestIsRefused(String field) throws IOException {
      assertRefused(admin.ask(CLEAR, LOCALHOST, field, EMPTY), Access.FORWARDED);
    }

    @Test
    void aForwardedRequestWithTheTokenIsNot() throws IOException {
      assertCleared(admin.ask(CLEAR, LOCALHOST, "X-Forwarded-For: 203.0.113.7", BEARER, EMPTY));
    }
  }

  @Nested
  class FromElsewhere {

    @Test
    void refusedWithoutAToken() throws IOException {
      assertRefused(admin.askFrom(ELSEWHERE, CLEAR, LOCALHOST, EMPTY), Access.NOT_LOCAL);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"203.0.113.7", "10.0.0.1", "128.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"})
    void refusedFromAnyOtherAddress(String address) throws IOException {
      assertRefused(admin.askFrom(address, CLEAR, LOCALHOST, EMPTY), Access.NOT_LOCAL);
    }

    /** Anybody can write that. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "X-Forwarded-For: 127.0.0.1",
          "Forwarded: for=127.0.0.1",
          "X-Real-IP: 127.0.0.1",
          "Client-IP: 127.0.0.1",
          "True-Client-IP: 127.0.0.1"
        })
    void sayingToBeLocalDoesNotHelp(String field) throws IOException {
      assertRefused(admin.askFrom(ELSEWHERE, CLEAR, LOCALHOST, field, EMPTY), Access.NOT_LOCAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "Bearer   "})
    void allowedWithTheToken(String scheme) throws IOException {
      assertCleared(
          admin.askFrom(
              ELSEWHERE, CLEAR, "Host: cache.example", "Authorization: " + scheme + TOKEN, EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Bearer wrong",
          "Bearer correct-horse-batter",
          "Bearer correct-horse-battery2",
          "Bearer CORRECT-HORSE-BATTERY",
          "Bearer",
          "Bearer ",
          "correct-horse-battery",
          "Basic correct-horse-battery",
          "Bearercorrect-horse-battery"
        })
    void refusedWithAnythingElse(String credentials) throws IOException {
      assertRefused(
          admin.askFrom(ELSEWHERE, CLEAR, LOCALHOST, "Authorization: " + credentials, EMPTY),
          Access.NOT_LOCAL);
    }

    @Test
    void refusedWhateverTheTokenIfThereIsNone() throws Exception {
      try (AdminServer noToken = new AdminServer(null, "/*")) {
        for (String credentials : new String[] {"Bearer ", "Bearer null", BEARER}) {
          Answer answer =
              noToken.askFrom(ELSEWHERE, CLEAR, LOCALHOST, "Authorization: " + credentials, EMPTY);
          assertThat(answer.status()).as(credentials).isEqualTo(403);
        }
        assertThat(noToken.cleared).hasValue(0);
      }
    }
  }

  @Nested
  class FromABrowser {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Origin: http://evil.example",
          "Origin: null",
          "Origin: http://localhost:3000",
          "Origin: http://localhost",
          "Origin: http://127.0.0.1:8000",
          "Origin: localhost:8000",
          "Origin: http://localhost:8000.evil.example",
          "Origin: http://localhost:8000 http://evil.example",
          "Sec-Fetch-Site: cross-site",
          "Sec-Fetch-Site: same-site",
          "Sec-Fetch-Site: something-new"
        })
    void anotherSitesPageIsRefused(String field) throws IOException {
      assertRefused(admin.ask(CLEAR, LOCALHOST, field, EMPTY), Access.CROSS_SITE);
    }

    @Test
    void anotherSitesPageIsRefusedEvenWithTheToken() throws IOException {
      assertRefused(
          admin.ask(CLEAR, LOCALHOST, "Origin: http://evil.example", BEARER, EMPTY),
          Access.CROSS_SITE);
    }

    @Test
    void oneGoodOriginDoesNotCoverABadOne() throws IOException {
      assertRefused(
          admin.ask(
              CLEAR,
              LOCALHOST,
              "Origin: http://localhost:8000",
              "Origin: http://evil.example",
              EMPTY),
          Access.CROSS_SITE);
    }

    @Test
    void itsOwnPageMayClear() throws IOException {
      assertCleared(
          admin.ask(
              CLEAR,
              LOCALHOST,
              "Origin: http://localhost:8000",
              "Sec-Fetch-Site: same-origin",
              EMPTY));
    }

    @Test
    void theDefaultPortMayBeLeftOut() throws IOException {
      assertCleared(admin.ask(CLEAR, "Host: localhost:80", "Origin: http://LOCALHOST", EMPTY));
    }

    /** The user typed it, or pressed a bookmark. */
    @Test
    void theUserInPersonMayClear() throws IOException {
      assertCleared(admin.ask(CLEAR, LOCALHOST, "Sec-Fetch-Site: none", EMPTY));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "line\nbreak", "schlüssel"})
  void aTokenThatCouldNotBeSentIsRefusedAtOnce(String token) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdminAccess(token, AdminAccess.Trust.TOKEN));
  }
}
