package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.Test;

class TargetEngineTest {
  private static final byte[] BLOCK = new byte[EngineFixture.BLOCK];
  private static final Sense POWER_ON =
      Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);

  private final HeldDevice device = new HeldDevice();
  private final EngineFixture fixture = new EngineFixture(device);

  @Test
  void theFirstCommandAfterALoginReportsPowerOnOnce() {
    ItNexus nexus = fixture.loginRaw("a");
    assertThat(fixture.testUnitReady(nexus)).isCompletedWithValue(Outcome.check(POWER_ON));
    assertThat(fixture.testUnitReady(nexus)).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void severalUnitAttentionsAreDeliveredOneByOneInOrder() {
    ItNexus nexus = fixture.login("a");
    fixture.unit.taskSet().postToAll(SenseCode.REGISTRATIONS_PREEMPTED);
    fixture.unit.taskSet().postToAll(SenseCode.RESERVATIONS_RELEASED);
    fixture.unit.taskSet().postToAll(SenseCode.REGISTRATIONS_PREEMPTED);
    assertThat(fixture.testUnitReady(nexus).join())
        .isEqualTo(
            Outcome.check(Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.REGISTRATIONS_PREEMPTED)));
    assertThat(fixture.testUnitReady(nexus).join())
        .isEqualTo(
            Outcome.check(Sense.of(SenseKey.UNIT_ATTENTION, SenseCode.RESERVATIONS_RELEASED)));
    assertThat(fixture.testUnitReady(nexus)).isCompletedWithValue(Outcome.GOOD);
  }

  @Test
  void aResetMakesEarlierUnitAttentionsStale() {
    ItNexus nexus = fixture.login("a");
    fixture.unit.taskSet().postToAll(SenseCode.RESERVATIONS_RELEASED);
    fixture.unit.taskSet().postToAll(SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    assertThat(fixture.unit.takeUnitAttention(nexus).code())
        .isEqualTo(SenseCode.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
    assertThat(fixture.unit.takeUnitAttention(nexus)).isNull();
  }

  @Test
  void anUnknownOperationCodeIsReportedAfterTheUnitAttention() {
    ItNexus nexus = fixture.loginRaw("a");
    byte[] unknown = {(byte) 0xFF, 0, 0, 0, 0, 0};
    assertThat(fixture.send(nexus, unknown, new byte[0]).join()).isEqualTo(Outcome.check(POWER_ON));
    assertThat(fixture.send(nexus, unknown, new byte[0]).join())
        .isEqualTo(Outcome.check(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE)));
  }

  @Test
  void aLunWithoutAUnitIsNotSupported() {
    ItNexus nexus = fixture.login("a");
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask task =
        new ScsiTask(
            nexus,
            LunMap.encode(3),
            99,
            new Cdb(new byte[6]),
            TaskAttribute.SIMPLE,
            HeapDataBuffer::new,
            done -> ended.complete(done.outcome()));
    fixture.engine.prepare(task);
    fixture.engine.submit(task);
    task.finish();
    assertThat(ended.join())
        .isEqualTo(Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED)));
  }

  @Test
  void oneIdentityIsAttachedOnceAtATime() {
    ItNexus nexus = fixture.login("a");
    assertThatThrownBy(() -> fixture.engine.attach(nexus.identity(), "elsewhere", nexus.luns()))
        .isInstanceOf(IllegalStateException.class);
    fixture.engine.detach(nexus, () -> {});
    assertThat(fixture.engine.attach(nexus.identity(), "elsewhere", nexus.luns())).isNotNull();
  }

  @Test
  void registrationsBelongToTheNexusAndOutliveItsSession() {
    ItNexus nexus = fixture.login("a");
    ReservationType type = ReservationType.WRITE_EXCLUSIVE;
    fixture.reserveOutIsGood(nexus, EngineFixture.REGISTER_AND_IGNORE, type, 0, 0xA);
    fixture.reserveOutIsGood(nexus, EngineFixture.RESERVE, type, 0xA, 0);
    fixture.engine.detach(nexus, () -> {});
    assertThat(fixture.unit.reservations().isHolder(nexus.identity())).isTrue();

    ItNexus samePortOtherIsid = fixture.login("a");
    assertThat(fixture.write(samePortOtherIsid, 1, BLOCK))
        .isCompletedWithValue(Outcome.RESERVATION_CONFLICT);
  }

  @Test
  void aShortOrLongParameterListOfReserveOutIsRefused() {
    ItNexus nexus = fixture.login("a");
    byte[] cdb = {0x5F, 6, 0, 0, 0, 0, 0, 0, 23, 0};
    assertThat(fixture.send(nexus, cdb, new byte[23]).join())
        .isEqualTo(Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)));
  }

  @Test
  void aHandlerThatBreaksOnAWriteTakesTheUnitOffline() {
    EngineFixture broken = new EngineFixture(new BrokenDevice());
    ItNexus nexus = broken.login("a");
    assertThat(broken.write(nexus, 1, BLOCK).join())
        .isEqualTo(
            Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
    assertThat(broken.testUnitReady(nexus).join())
        .isEqualTo(
            Outcome.check(
                Sense.of(
                    SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE)));
  }

  /** A device with a defect in its code. */
  private static final class BrokenDevice implements BlockDevice {
    @Override
    public DeviceProfile profile() {
      return new DeviceProfile(512, 8, 0, false, false, false);
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public SpaceUsage space() {
      return SpaceUsage.UNKNOWN;
    }

    @Override
    public void submit(IoRequest request, IoCompletion completion) {
      throw new IllegalArgumentException("defect");
    }

    @Override
    public void close() {}
  }
}
