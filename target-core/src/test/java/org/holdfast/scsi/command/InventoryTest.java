package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.LunMap.MappedLun;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;

/** The inventory of a live nexus changes, and a device its size. */
class InventoryTest {
  private static final byte[] TEST_UNIT_READY = new byte[6];

  private final Bench bench = new Bench();
  private final LogicalUnit second =
      new LogicalUnit(
          new LuIdentity("600140512345678890abcdef0123456f", "SN-0002", "HOLDFAST", "DISK", "0.1"),
          MemoryDevice.ofBlocks(8),
          StandardCommands.table(),
          UnitOptions.FIXED_DISK,
          ReservationBackend.lostWithTheProcess(),
          SettingsStore.lostWithTheProcess(),
          InstantSource.system());

  private Outcome ready(ItNexus nexus, int lun) {
    return bench.send(nexus, lun, TEST_UNIT_READY, new byte[0]).outcome();
  }

  private static Outcome attention() {
    return Outcome.check(
        Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.REPORTED_LUNS_DATA_HAS_CHANGED));
  }

  @Test
  void aNewLunIsThereAtOnceAndToldOnce() {
    MappedLun first = new MappedLun(bench.unit, false);
    bench.remap(bench.nexus, LunMap.of(Map.of(0, first, 7, new MappedLun(second, false))));
    assertThat(ready(bench.nexus, 7)).isEqualTo(attention());
    assertThat(ready(bench.nexus, 0)).as("LUICLR").isEqualTo(Outcome.GOOD);
    assertThat(ready(bench.nexus, 7)).isEqualTo(Outcome.GOOD);
    assertThat(bench.send("a000 00 000000 0000ffff 0000").good()).hasSize(24);
  }

  @Test
  void reportLunsMakesTheUnitAttentionNeedless() {
    MappedLun first = new MappedLun(bench.unit, false);
    bench.remap(bench.nexus, LunMap.of(Map.of(0, first, 7, new MappedLun(second, false))));
    bench.send("a000 00 000000 0000ffff 0000").good();
    assertThat(ready(bench.nexus, 0)).isEqualTo(Outcome.GOOD);
    assertThat(ready(bench.nexus, 7)).isEqualTo(Outcome.GOOD);
  }

  @Test
  void aLunThatIsTakenAwayIsGoneWhenItsCommandsAre() {
    ItNexus nexus =
        bench.login(
            LunMap.of(
                Map.of(0, new MappedLun(second, false), 1, new MappedLun(bench.unit, false))));
    bench.unit.takeUnitAttention(nexus);
    second.takeUnitAttention(nexus);
    bench.device.hold();
    Bench.Result write = bench.send(nexus, 1, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]);
    AtomicInteger done = new AtomicInteger();
    bench.remap(nexus, LunMap.of(Map.of(0, new MappedLun(second, false))), done::incrementAndGet);
    assertThat(done).as("a write is on its way").hasValue(0);
    bench.device.release();
    assertThat(write.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(done).hasValue(1);
    assertThat(ready(nexus, 1))
        .isEqualTo(Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED)));
    assertThat(ready(nexus, 0)).isEqualTo(attention());
    assertThat(ready(nexus, 0)).isEqualTo(Outcome.GOOD);
  }

  /** Otherwise its next write would be in no drain's sight: PREEMPT would not wait for it. */
  @Test
  void aUnitThatIsSeenAgainBeforeItsCommandsHaveEndedStillKnowsTheNexus() {
    LunMap both =
        LunMap.of(Map.of(0, new MappedLun(second, false), 1, new MappedLun(bench.unit, false)));
    ItNexus nexus = bench.login(both);
    bench.unit.takeUnitAttention(nexus);
    second.takeUnitAttention(nexus);
    bench.device.hold();
    Bench.Result write = bench.send(nexus, 1, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]);
    bench.remap(nexus, LunMap.of(Map.of(0, new MappedLun(second, false))));
    bench.remap(nexus, both);
    bench.device.release();
    assertThat(write.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(ready(nexus, 1)).as("what was posted is still there").isEqualTo(attention());
  }

  @Test
  void whatWasReservedAtALunThatIsTakenAwayIsFree() {
    ItNexus other = bench.another();
    bench.send("1600 0000 00 00").good();
    assertThat(bench.send(other, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).outcome())
        .isEqualTo(Outcome.RESERVATION_CONFLICT);
    bench.remap(bench.nexus, LunMap.of(Map.of(0, new MappedLun(second, false))));
    assertThat(bench.send(other, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).outcome())
        .isEqualTo(Outcome.GOOD);
  }

  /** Its last write may land until it has ended; nobody else may have written before. */
  @Test
  void whatWasReservedIsHeldUntilTheLastCommandOfTheLostNexusHasEnded() {
    ItNexus other = bench.another();
    bench.send("1600 0000 00 00").good();
    bench.device.hold();
    Bench.Result write =
        bench.send(bench.nexus, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]);
    bench.remap(bench.nexus, LunMap.of(Map.of(0, new MappedLun(second, false))));
    assertThat(bench.send(other, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).outcome())
        .isEqualTo(Outcome.RESERVATION_CONFLICT);
    bench.device.release();
    assertThat(write.outcome()).isEqualTo(Outcome.ABORTED);
    Bench.Result others =
        bench.send(other, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]);
    bench.device.release();
    assertThat(others.outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void aResizeIsToldToEverybody() {
    ItNexus other = bench.another();
    bench.unit.capacityChanged();
    assertThat(bench.attention(other)).isEqualTo(SenseCode.CAPACITY_DATA_HAS_CHANGED);
    assertThat(bench.attention(bench.nexus)).isEqualTo(SenseCode.CAPACITY_DATA_HAS_CHANGED);
  }
}
