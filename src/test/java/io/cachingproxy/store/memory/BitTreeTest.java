package io.cachingproxy.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Protects the sets all free memory is found by. */
class BitTreeTest {

  @Property(tries = 300)
  void behavesLikeASortedSet(
      @ForAll @IntRange(min = 1, max = 5000) int capacity,
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 4999) Integer> toggled) {
    BitTree tree = new BitTree(capacity);
    TreeSet<Integer> model = new TreeSet<>();
    for (int number : toggled) {
      int member = number % capacity;
      if (model.remove(member)) {
        tree.remove(member);
      } else {
        model.add(member);
        tree.add(member);
      }
      assertThat(tree.contains(member)).isEqualTo(model.contains(member));
      assertThat(tree.first()).isEqualTo(model.isEmpty() ? -1 : model.first());
      assertThat(tree.isEmpty()).isEqualTo(model.isEmpty());
    }
  }
}
