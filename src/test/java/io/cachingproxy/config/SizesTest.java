package io.cachingproxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Protects against a memory limit that is off by a factor, or that a typo sets. */
class SizesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "4096B, 4096",
    "1KB, 1024",
    "1kb, 1024",
    "1KiB, 1024",
    "1K, 1024",
    "64 MB, 67108864",
    "64MiB, 67108864",
    "64m, 67108864",
    "2GB, 2147483648",
    "2gib, 2147483648",
    "2g, 2147483648",
    "9223372036854775807, 9223372036854775807",
  })
  void aSizeIsANumberWithAUnitOf1024(String text, long bytes) {
    assertThat(Sizes.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "MB",
        "-1",
        "+1",
        "1.5GB",
        "1TB",
        "1 0",
        "0x10",
        "1KBB",
        "1iB",
        "1  KB",
        "1KB ",
        "9223372036854775808",
        "9007199254740992KB",
        "99999999999999999999999",
        "١"
      })
  void anythingElseIsNoSize(String text) {
    assertThat(Sizes.parse(text)).isNull();
  }

  @Property
  void aSizeThatIsPrintedReadsBackTheSame(@ForAll @LongRange(min = 0) long bytes) {
    assertThat(Sizes.parse(Sizes.print(bytes))).isEqualTo(bytes);
  }

  @Property
  void wholeUnitsPrintInTheLargestOne(
      @ForAll @LongRange(min = 1, max = 1023) long count, @ForAll Unit unit) {
    assertThat(Sizes.print(count << unit.shift)).isEqualTo(count + unit.name());
  }

  enum Unit {
    B(0),
    KB(10),
    MB(20),
    GB(30);

    final int shift;

    Unit(int shift) {
      this.shift = shift;
    }
  }
}
