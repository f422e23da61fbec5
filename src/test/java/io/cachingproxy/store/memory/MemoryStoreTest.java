package io.cachingproxy.store.memory;

import static io.cachingproxy.store.memory.Responses.head;
import static io.cachingproxy.store.memory.Responses.key;
import static io.cachingproxy.store.memory.Responses.put;
import static io.cachingproxy.store.memory.Responses.response;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachingproxy.store.BodyWriter;
import io.cachingproxy.store.ResponseStore;
import io.cachingproxy.store.ResponseStore.Removal;
import io.cachingproxy.store.StoredResponse;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protects what the store promises of each of its operations. */
class MemoryStoreTest {

  private static final long LIMIT = 4 << 20;

  private final Removals removals = new Removals();
  private final MemoryStore store = new MemoryStore(LIMIT, LIMIT / 4, removals);

  @AfterEach
  void allMemoryComesBack() {
    store.clear();
    assertThat(store.usage()).isEqualTo(new ResponseStore.Usage(0, 0, LIMIT));
    assertThat(store.inFlightBytes()).isZero();
    store.close();
    assertThat(store.committedBytes()).isZero();
  }

  private List<StoredResponse> find(int number) {
    return store.find(key(number)).toCompletableFuture().join();
  }

  @Test
  void whatWasPutIsFoundWithItsContent() {
    put(store, key(1), "a", 3000);
    assertThat(find(1)).singleElement().satisfies(Responses::assertWhole);
    assertThat(find(2)).isEmpty();
  }

  @Test
  void findAnswersAtOnce() {
    put(store, key(1), "a", 10);
    assertThat(store.find(key(1)).isDone()).isTrue();
    assertThat(store.find(key(2)).isDone()).isTrue();
  }

  @Test
  void variantsAreFoundTheMostRecentlyStoredFirst() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 20);
    put(store, key(1), "c", 30);
    assertThat(find(1)).extracting(r -> r.body().length()).containsExactly(30L, 20L, 10L);
  }

  @Test
  void aResponseTakesThePlaceOfTheOneWithEqualSelectingFields() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 20);
    StoredResponse old = find(1).get(1);
    put(store, key(1), "a", 30);
    assertThat(find(1)).extracting(r -> r.body().length()).containsExactly(30L, 20L);
    assertThat(old.tryRetain()).as("the old body is gone").isFalse();
    assertThat(removals.of(Removal.REPLACED)).isEqualTo(1);
    assertThat(store.usage().responses()).isEqualTo(2);
  }

  @Test
  void theOldestVariantsGoWhenThereAreTooMany() {
    for (int i = 0; i < 70; i++) {
      put(store, key(1), "v" + i, 100 + i);
    }
    assertThat(find(1)).hasSize(64);
    assertThat(find(1).get(0).body().length()).isEqualTo(169);
    assertThat(find(1).get(63).body().length()).isEqualTo(106);
    assertThat(removals.of(Removal.VARIANTS)).isEqualTo(6);
    assertThat(store.usage().responses()).isEqualTo(64);
  }

  @Test
  void aFreshenedResponseKeepsTheBodyAndComesFirst() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 20);
    StoredResponse old = find(1).get(1);
    StoredResponse fresh = new StoredResponse(old.key(), head("a"), old.body(), 7);
    assertThat(store.replace(old, fresh)).isTrue();
    assertThat(find(1)).first().isSameAs(fresh).satisfies(Responses::assertWhole);
    assertThat(find(1)).hasSize(2);
    assertThat(removals.all()).as("nothing left the store").isZero();
    assertThat(store.replace(old, fresh)).as("old is no longer stored").isFalse();
  }

  @Test
  void freshenedHeadsOfOtherSizesAreAccountedFor() {
    put(store, key(1), "a", 10);
    long before = store.usage().bytes();
    StoredResponse old = find(1).get(0);
    StoredResponse larger = new StoredResponse(old.key(), head("x".repeat(5000)), old.body(), 0);
    StoredResponse never = new StoredResponse(old.key(), head("a"), old.body(), 0);
    assertThat(store.replace(never, larger)).isFalse();
    assertThat(store.usage().bytes()).isEqualTo(before);
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.replace(old, larger)).isTrue();
    assertThat(store.usage().bytes()).isGreaterThan(before + 4000);
    assertThat(store.inFlightBytes()).isZero();
    assertThat(store.replace(larger, old)).isTrue();
    assertThat(store.usage().bytes()).isEqualTo(before);
    assertThat(store.inFlightBytes()).isZero();
  }

  @Test
  void aFreshenedResponseDisplacesAnotherThatItBecameEqualTo() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 20);
    StoredResponse a = find(1).get(1);
    assertThat(store.replace(a, new StoredResponse(a.key(), head("b"), a.body(), 0))).isTrue();
    assertThat(find(1)).singleElement().satisfies(r -> assertThat(r.body()).isSameAs(a.body()));
    assertThat(removals.of(Removal.REPLACED)).isEqualTo(1);
  }

  @Test
  void freshenedResponsesOverAnotherBodyAreRefused() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 10);
    StoredResponse one = find(1).get(0);
    StoredResponse other = find(1).get(1);
    assertThatThrownBy(() -> store.replace(one, other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneResponseOrAllOfAKeyCanBeRemoved() {
    put(store, key(1), "a", 10);
    put(store, key(1), "b", 20);
    put(store, key(1), "c", 30);
    put(store, key(2), "a", 40);
    StoredResponse b = find(1).get(1);
    store.remove(b);
    store.remove(b);
    assertThat(find(1)).hasSize(2).doesNotContain(b);
    assertThat(removals.of(Removal.INVALIDATED)).isEqualTo(1);
    store.remove(key(1));
    assertThat(find(1)).isEmpty();
    assertThat(find(2)).hasSize(1);
    assertThat(removals.of(Removal.INVALIDATED)).isEqualTo(3);
  }

  @Test
  void clearSaysExactlyHowMuchWasRemoved() {
    for (int i = 0; i < 100; i++) {
      put(store, key(i % 40), "v" + i, i * 10);
    }
    ResponseStore.Usage before = store.usage();
    assertThat(before.responses()).isEqualTo(100);
    assertThat(store.clear()).isEqualTo(before);
    assertThat(removals.of(Removal.CLEARED)).isEqualTo(100);
    assertThat(removals.bytes()).isEqualTo(before.bytes());
    assertThat(store.clear()).isEqualTo(new ResponseStore.Usage(0, 0, LIMIT));
  }

  @Test
  void aReaderKeepsTheBodyOfAResponseThatIsRemoved() {
    put(store, key(1), "a", 5000);
    StoredResponse held = find(1).get(0);
    assertThat(held.tryRetain()).isTrue();
    store.clear();
    for (int i = 2; i < 2000; i++) {
      put(store, key(i), "a", 5000);
    }
    Responses.assertWhole(held);
    assertThat(store.inFlightBytes()).isEqualTo(5120);
    held.body().release();
    assertThat(held.tryRetain()).isFalse();
  }

  @Test
  void bodiesHeldByReadersTakeTheirPartOfTheLimit() {
    StoredResponse[] held = new StoredResponse[1000];
    int count = 0;
    for (int i = 0; put(store, key(i), "a", 50_000); i++) {
      @Nullable StoredResponse response = find(i).isEmpty() ? null : find(i).get(0);
      if (response != null && response.tryRetain()) {
        held[count++] = response;
      }
      assertThat(store.usage().bytes() + store.inFlightBytes()).isLessThanOrEqualTo(LIMIT);
    }
    assertThat(count).as("readers hold half of the limit at least").isGreaterThan(40);
    for (int i = 0; i < count; i++) {
      Responses.assertWhole(held[i]);
      held[i].body().release();
    }
    assertThat(put(store, key(5000), "a", 50_000)).as("room again").isTrue();
  }

  @Test
  void manyArrivingBodiesCannotDriveOutTheWholeStore() {
    for (int i = 0; i < 1000; i++) {
      put(store, key(i), "a", 10_000);
    }
    BodyWriter[] writers = new BodyWriter[1000];
    int count = 0;
    for (BodyWriter w = store.newBody(100_000); w != null; w = store.newBody(100_000)) {
      writers[count++] = w;
    }
    assertThat(count).isBetween(15, 25);
    assertThat(store.usage().bytes()).isGreaterThan(LIMIT / 3);
    BodyWriter waiting = store.newBody(-1);
    assertThat(requireNonNull(waiting).append(ByteBuffer.allocate(100_000))).isFalse();
    waiting.abort();
    for (int i = 0; i < count; i++) {
      writers[i].abort();
    }
    for (int i = 0; i < 1000; i++) {
      put(store, key(i), "a", 10_000);
    }
    assertThat(store.usage().bytes())
        .as("the index has its share back")
        .isGreaterThan(LIMIT * 9 / 10);
  }

  @Test
  void bodiesOfAnotherStoreAreRefused() {
    try (MemoryStore other = new MemoryStore(LIMIT, LIMIT, removals)) {
      StoredResponse foreign = response(other, key(1), "a", 10);
      assertThatThrownBy(() -> store.put(foreign)).isInstanceOf(IllegalArgumentException.class);
      foreign.body().release();
    }
  }

  @Test
  void aClosedStoreAcceptsNothingAndLetsReadersFinish() {
    MemoryStore closing = new MemoryStore(LIMIT, LIMIT, removals);
    put(closing, key(1), "a", 5000);
    StoredResponse held = closing.find(key(1)).join().get(0);
    assertThat(held.tryRetain()).isTrue();
    StoredResponse late = response(closing, key(2), "a", 5000);
    closing.close();
    assertThat(closing.newBody(1)).isNull();
    closing.put(late);
    assertThat(closing.find(key(2)).join()).isEmpty();
    Responses.assertWhole(held);
    held.body().release();
    assertThat(closing.committedBytes()).isZero();
  }
}
