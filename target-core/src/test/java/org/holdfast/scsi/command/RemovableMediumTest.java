package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;

/** PREVENT ALLOW MEDIUM REMOVAL, and START STOP UNIT with LOEJ, on a unit that is removable. */
class RemovableMediumTest {
  private static final String EJECT = "1b 00 0000 02 00";
  private static final String LOAD = "1b 00 0000 03 00";
  private static final String PREVENT = "1e 00 0000 01 00";
  private static final String ALLOW = "1e 00 0000 00 00";
  private static final String READY = "00 00 0000 00 00";

  private static final Sense NO_MEDIUM = Sense.of(SenseKey.NOT_READY, SenseCode.MEDIUM_NOT_PRESENT);
  private static final Sense PREVENTED = Sense.illegalRequest(SenseCode.MEDIUM_REMOVAL_PREVENTED);

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(64), new UnitOptions(true, 0));

  private ItNexus other() {
    ItNexus nexus = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, false))));
    bench.unit.takeUnitAttention(nexus);
    return nexus;
  }

  private Bench.Result send(ItNexus from, String cdb) {
    return bench.send(from, 0, Bench.cdb(cdb), new byte[0]);
  }

  private void assertGood(String cdb) {
    assertThat(bench.send(cdb).outcome()).as(cdb).isEqualTo(Outcome.GOOD);
  }

  @Test
  void theUnitSaysThatItsMediumCanBeRemoved() {
    assertThat(bench.send("1200 0000 ff00").good()[1]).isEqualTo((byte) 0x80);
    assertThat(new Bench().send("1200 0000 ff00").good()[1]).isZero();
  }

  @Test
  void anEjectedMediumIsNotThereUntilItIsLoaded() {
    assertGood(EJECT);
    assertThat(bench.device.requests()).hasExactlyElementsOfTypes(IoRequest.Flush.class);
    assertThat(bench.send(READY).sense()).isEqualTo(NO_MEDIUM);
    assertThat(bench.send("2800 00000000 00 0001 00").sense()).isEqualTo(NO_MEDIUM);
    assertThat(bench.send("03 00 0000 ff 00").good()).isEqualTo(NO_MEDIUM.encode());
    assertThat(bench.send("1b 00 0000 01 00").sense()).as("START").isEqualTo(NO_MEDIUM);
    assertThat(bench.send("1b 00 0000 00 00").sense()).as("stop").isEqualTo(NO_MEDIUM);
    bench.send("12 00 0000 ff 00").good();
    assertGood(EJECT);
    assertGood(LOAD);
    assertGood(READY);
    assertGood(LOAD);
  }

  @Test
  void whoeverDidNotLoadItIsTold() {
    ItNexus other = other();
    assertGood(LOAD);
    assertThat(send(other, READY).outcome()).as("it was in").isEqualTo(Outcome.GOOD);
    assertGood(EJECT);
    assertGood(LOAD);
    assertGood(READY);
    assertThat(send(other, READY).sense())
        .isEqualTo(
            Sense.of(
                SenseKey.UNIT_ATTENTION,
                SenseCode.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED));
    assertThat(send(other, READY).outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void nobodyMovesAMediumThatSomebodyHolds() {
    ItNexus other = other();
    assertGood(PREVENT);
    assertThat(send(other, PREVENT).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send(EJECT).sense()).isEqualTo(PREVENTED);
    assertThat(bench.device.requests()).isEmpty();
    assertGood(READY);
    assertGood(ALLOW);
    assertThat(bench.send(EJECT).sense()).as("the other still holds it").isEqualTo(PREVENTED);
    assertThat(send(other, ALLOW).outcome()).isEqualTo(Outcome.GOOD);
    assertGood(EJECT);
    assertGood(PREVENT);
    assertThat(bench.send(LOAD).sense()).isEqualTo(PREVENTED);
    assertGood(ALLOW);
    assertGood(LOAD);
  }

  @Test
  void theEndOfANexusAndAResetForgetWhoHeldIt() {
    ItNexus other = other();
    send(other, PREVENT);
    assertThat(bench.send(EJECT).sense()).isEqualTo(PREVENTED);
    bench.logout(other);
    assertGood(EJECT);
    assertGood(LOAD);
    assertGood(PREVENT);
    bench.reset();
    assertGood(EJECT);
  }

  private Bench.Result reserveOut(ItNexus from, String action, long key, long other) {
    byte[] list = Bench.cdb("%016x %016x 00000000 00 00 0000".formatted(key, other));
    return bench.send(from, 0, Bench.cdb("5f " + action + " 0000 00000018 00"), list);
  }

  @Test
  void preemptAndAbortForgetsThatItsVictimHeldIt() {
    ItNexus victim = other();
    ItNexus bystander = other();
    assertThat(reserveOut(bench.nexus, "00 00", 0, 1).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(reserveOut(victim, "00 00", 0, 2).outcome()).isEqualTo(Outcome.GOOD);
    send(victim, PREVENT);
    send(bystander, PREVENT);
    assertThat(reserveOut(bench.nexus, "05 05", 1, 2).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send(EJECT).sense()).as("the bystander holds it").isEqualTo(PREVENTED);
    send(bystander, ALLOW);
    assertGood(EJECT);
  }

  @Test
  void preemptAloneLeavesItHeld() {
    ItNexus victim = other();
    reserveOut(bench.nexus, "00 00", 0, 1);
    reserveOut(victim, "00 00", 0, 2);
    send(victim, PREVENT);
    assertThat(reserveOut(bench.nexus, "04 05", 1, 2).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send(EJECT).sense()).isEqualTo(PREVENTED);
  }

  @Test
  void aPreventThatComesDuringTheFlushCounts() {
    bench.device.hold();
    Bench.Result eject = bench.send(EJECT);
    assertGood(PREVENT);
    bench.device.release();
    assertThat(eject.sense()).isEqualTo(PREVENTED);
    assertGood(READY);
  }

  @Test
  void whatCannotBeFlushedIsNotEjected() {
    bench.device.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(bench.send(EJECT).sense().code()).isEqualTo(SenseCode.WRITE_ERROR);
    assertGood(READY);
    assertGood("1b 00 0000 06 00");
    assertThat(bench.device.requests()).as("NO_FLUSH").hasSize(1);
    assertThat(bench.send(READY).sense()).isEqualTo(NO_MEDIUM);
  }

  @Test
  void obsoleteValuesAreRefused() {
    Sense refused = Sense.invalidFieldInCdb(4, 1);
    assertThat(bench.send("1e 00 0000 02 00").sense()).isEqualTo(refused);
    assertThat(bench.send("1e 00 0000 03 00").sense()).isEqualTo(refused);
  }

  @Test
  void aFixedDiskHasNothingToPrevent() {
    Bench fixed = new Bench();
    assertThat(fixed.send(ALLOW).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(fixed.send(PREVENT).sense()).isEqualTo(Sense.invalidFieldInCdb(4, 1));
  }

  @Test
  void onlyAllowingPassesAReservation() {
    assertThat(PreventAllow.RESERVATION.classOf(new Cdb(Bench.cdb(ALLOW))))
        .isEqualTo(ReservationClass.ALWAYS_ALLOWED);
    assertThat(PreventAllow.RESERVATION.classOf(new Cdb(Bench.cdb(PREVENT))))
        .isEqualTo(ReservationClass.MEDIUM_WRITE);
  }
}
