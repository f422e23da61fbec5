package io.cachingproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of responses (RFC 9875). */
class CacheGroupsTest {

  @Test
  void groupsAreTheStringsOfAList() {
    assertThat(CacheGroups.of(Fields.of("Cache-Groups", "\"a\", \"B\";x", "Cache-Groups", "\"a\"")))
        .containsExactly("a", "B");
    assertThat(CacheGroups.invalidatedBy(Fields.of("Cache-Group-Invalidation", "\"c\"")))
        .containsExactly("c");
    assertThat(CacheGroups.of(Fields.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"a\", 1", "(\"a\")", "\"a\",", "\"a"})
  void anythingElseIsNoGroup(String value) {
    assertThat(CacheGroups.of(Fields.of("Cache-Groups", value))).isEmpty();
  }
}
