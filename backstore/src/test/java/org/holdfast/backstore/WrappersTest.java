package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.holdfast.backstore.FaultDevice.Operation;
import org.holdfast.backstore.FaultDevice.Rule;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.Test;

class WrappersTest {
  private static final DeviceProfile PROFILE =
      new DeviceProfile(512, 64, 3, /* writeCache= */ true, /* readOnly= */ false, true);

  private final RamDevice ram = new RamDevice(PROFILE, RamDevice.Memory.HEAP);

  @Test
  void holdKeepsAWriteFromLandingUntilItIsReleased() throws Exception {
    HoldDevice device = new HoldDevice(ram);
    device.hold(request -> request instanceof IoRequest.Write);
    IoRequest first = Io.write(0, 512, false);
    var one = Io.begin(device, first);
    var two = Io.begin(device, Io.write(512, 512, false));
    assertThat(device.awaitHeld(2, Duration.ofSeconds(30))).isTrue();
    assertThat(device.awaitHeld(3, Duration.ofNanos(1))).isFalse();
    assertThat(Io.read(device, 0, 1024)).containsOnly(0);

    assertThat(device.release(request -> request.equals(first))).isEqualTo(1);
    assertThat(Io.result(one)).isEqualTo(IoResult.DONE);
    assertThat(two).isNotDone();
    assertThat(Io.read(ram, 0, 512)).containsOnly(0x5A);
    assertThat(Io.read(ram, 512, 512)).containsOnly(0);

    assertThat(device.releaseAll()).isEqualTo(1);
    assertThat(Io.result(two)).isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, Io.write(0, 512, false))).isEqualTo(IoResult.DONE);
  }

  @Test
  void closeLetsWhatIsHeldGo() {
    HoldDevice device = new HoldDevice(ram);
    device.hold(request -> true);
    var held = Io.begin(device, Io.write(0, 512, false));
    assertThat(device.held()).hasSize(1);
    device.close();
    assertThat(Io.result(held)).isEqualTo(IoResult.DONE);
    assertThat(ram.ready()).isFalse();
  }

  @Test
  void delayLetsARequestThroughWhenItsTimeHasCome() {
    List<Runnable> due = new ArrayList<>();
    List<Duration> delays = new ArrayList<>();
    DelayDevice device =
        new DelayDevice(
            ram,
            request -> request instanceof IoRequest.Write ? Duration.ofSeconds(5) : Duration.ZERO,
            (delay, work) -> {
              delays.add(delay);
              due.add(work);
            });
    var write = Io.begin(device, Io.write(0, 512, false));
    assertThat(Io.read(device, 0, 512)).containsOnly(0);
    assertThat(write).isNotDone();
    assertThat(delays).containsExactly(Duration.ofSeconds(5));
    due.forEach(Runnable::run);
    assertThat(Io.result(write)).isEqualTo(IoResult.DONE);
    assertThat(Io.read(device, 0, 512)).containsOnly(0x5A);
    assertThat(device.delayed()).isEqualTo(1);
    device.close();
  }

  @Test
  void faultsComeByOperationAndRange() {
    FaultDevice device = new FaultDevice(ram, 1);
    device.rules(
        List.of(
            new Rule(EnumSet.of(Operation.WRITE), 1024, 2048, 1, DeviceFault.NO_SPACE),
            Rule.always(Operation.FLUSH, DeviceFault.WRITE_ERROR)));
    assertThat(Io.run(device, Io.write(0, 1024, false))).isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, Io.write(2048, 512, false))).isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, Io.read(0, 4096))).isEqualTo(IoResult.DONE);
    IoResult.Failed failed =
        Io.failure(Io.run(device, Io.write(512, 1024, false)), DeviceFault.NO_SPACE);
    assertThat(failed.offset()).isEqualTo(1024);
    assertThat(failed.detail()).contains("injected", "WRITE", "seed 1");
    // Nothing of it has landed.
    assertThat(Io.read(ram, 1024, 512)).containsOnly(0);
    Io.failure(Io.run(device, new IoRequest.Flush()), DeviceFault.WRITE_ERROR);
    device.rules(List.of());
    assertThat(Io.run(device, new IoRequest.Flush())).isEqualTo(IoResult.DONE);
  }

  @Test
  void oneSeedGivesOneRunOfFaults() {
    List<Boolean> run = faultsOf(42);
    assertThat(faultsOf(42)).isEqualTo(run);
    assertThat(faultsOf(43)).isNotEqualTo(run);
    assertThat(run.stream().filter(failed -> failed).count()).isBetween(50L, 150L);
  }

  private List<Boolean> faultsOf(long seed) {
    FaultDevice device = new FaultDevice(ram, seed);
    device.rules(
        List.of(
            new Rule(
                EnumSet.allOf(Operation.class), 0, Long.MAX_VALUE, 0.5, DeviceFault.READ_ERROR)));
    return IntStream.range(0, 200)
        .mapToObj(i -> Io.run(device, Io.read(0, 512)) instanceof IoResult.Failed)
        .toList();
  }

  @Test
  void aRuleThatCannotMatchIsRefused() {
    assertThatThrownBy(() -> new Rule(Set.of(), 5, 5, 1, DeviceFault.READ_ERROR))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Rule(Set.of(), 0, 5, Double.NaN, DeviceFault.READ_ERROR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readOnlyRefusesEveryChange() {
    Io.write(ram, 0, Io.bytes(512, 1));
    ReadOnlyDevice device = new ReadOnlyDevice(ram);
    assertThat(device.profile().readOnly()).isTrue();
    for (IoRequest change :
        List.of(
            Io.write(0, 512, false),
            new IoRequest.Unmap(0, 512),
            new IoRequest.WriteZeroes(0, 512, true, false))) {
      Io.failure(Io.run(device, change), DeviceFault.READ_ONLY);
    }
    assertThat(Io.run(device, new IoRequest.Flush())).isEqualTo(IoResult.DONE);
    assertThat(Io.read(device, 0, 512)).containsOnly(1);
  }

  @Test
  void anAbsentDeviceSaysWhy() {
    AbsentDevice device = new AbsentDevice(PROFILE, "/dev/sdx: does not exist");
    assertThat(device.ready()).isFalse();
    assertThat(device.profile()).isEqualTo(PROFILE);
    assertThat(Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY).detail())
        .contains("/dev/sdx");
  }
}
