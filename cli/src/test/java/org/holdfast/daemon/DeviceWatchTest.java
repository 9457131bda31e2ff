package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.holdfast.backstore.RamDevice;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.UnitOptions;
import org.holdfast.scsi.command.StandardCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What hosts are told of a disk that has come back (SPC-4 clause 5.2, SBC-3 clause 4.11). */
class DeviceWatchTest {
  private static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:watch", 1, 1);
  private static final long BLOCKS = 64;

  private final Resources resources = new Resources();

  @AfterEach
  void end() {
    resources.close();
  }

  private static RamDevice disk(int blockSize, long blocks) {
    return new RamDevice(
        new DeviceProfile(blockSize, blocks, 0, false, false, true), RamDevice.Memory.HEAP);
  }

  @ParameterizedTest
  @CsvSource({
    "512, 64, NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED",
    "512, 65," + " CAPACITY_DATA_HAS_CHANGED NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED",
    "4096, 64," + " CAPACITY_DATA_HAS_CHANGED NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED"
  })
  void allHostsAreToldBeforeItIsServed(int blockSize, long blocks, String told) {
    RamDevice gone = disk(512, BLOCKS);
    ReopeningDevice device = new ReopeningDevice("disk", gone, "", () -> disk(blockSize, blocks));
    LogicalUnit unit =
        new LogicalUnit(
            new LuIdentity("600140512345678890abcdef01234567", "SN-1", "HOLDFAST", "DISK", "0.1"),
            device,
            StandardCommands.table(),
            UnitOptions.FIXED_DISK,
            ReservationBackend.lostWithTheProcess(),
            SettingsStore.lostWithTheProcess(),
            InstantSource.system());
    TargetEngine engine = new TargetEngine(PORT, StandardCommands.table());
    List<ItNexus> hosts = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      Nexus nexus = new Nexus(new InitiatorPort("iqn.2026-11.org.example:host", i), PORT);
      LunMap luns = LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false)));
      hosts.add(engine.attach(nexus, "192.0.2.1", luns));
    }
    hosts.forEach(unit::takeUnitAttention); // POWER ON
    DeviceWatch watch = DeviceWatch.start(resources);
    watch.add(unit, device);
    gone.close();
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!device.ready()) {
      assertThat(System.nanoTime()).as("it is not opened again").isLessThan(until);
      Thread.onSpinWait();
    }
    for (ItNexus host : hosts) {
      assertThat(attentions(unit, host)).containsExactlyInAnyOrder(told.split(" "));
    }
    watch.remove(unit);
    device.close();
  }

  private static List<String> attentions(LogicalUnit unit, ItNexus host) {
    return Stream.generate(() -> unit.takeUnitAttention(host))
        .takeWhile(sense -> sense != null)
        .map(Sense::code)
        .map(SenseCode::name)
        .toList();
  }
}
