package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LunMapTest {
  private final LogicalUnit unit = new EngineFixture(new HeldDevice()).unit;

  /** Sparse ones, dense ones, and those in between. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 300, LunMap.MAX_LUN + 1})
  void findsWhatIsMappedAndNothingElse(int bound) {
    Random random = new Random(bound);
    Map<Integer, LunMap.MappedLun> wanted = new TreeMap<>();
    for (int i = 0; i < 256; i++) {
      wanted.put(random.nextInt(bound), new LunMap.MappedLun(unit, random.nextBoolean()));
    }
    wanted.remove(bound / 2); // A gap, behind which no LUN is at the place of its number.
    LunMap map = LunMap.of(wanted);
    for (int lun = 0; lun <= LunMap.MAX_LUN; lun++) {
      assertThat(map.find(LunMap.encode(lun))).as("LUN %d", lun).isSameAs(wanted.get(lun));
    }
    assertThat(map.units()).isEqualTo(wanted);
    assertThat(map).isEqualTo(LunMap.of(wanted)).isNotEqualTo(LunMap.EMPTY);
  }

  /** SAM-5 clause 4.6: well known logical units, deeper levels and another bus are not served. */
  @Test
  void otherFormatsOfTheFieldFindNothing() {
    LunMap map = LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false)));
    assertThat(map.find(0L)).isNotNull();
    assertThat(map.find(0x4000L << 48)).as("flat space").isNotNull();
    assertThat(map.find(0xC101L << 48)).as("REPORT LUNS well known unit").isNull();
    assertThat(map.find(1L)).as("second level").isNull();
    assertThat(map.find(0x0100L << 48)).as("bus 1").isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, LunMap.MAX_LUN + 1})
  void numbersThatTheFieldCannotHoldAreRefused(int lun) {
    Map<Integer, LunMap.MappedLun> units = Map.of(lun, new LunMap.MappedLun(unit, false));
    assertThatThrownBy(() -> LunMap.of(units))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Integer.toString(lun));
  }
}
