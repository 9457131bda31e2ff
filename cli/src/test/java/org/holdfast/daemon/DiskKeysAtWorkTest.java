package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.config.ConfigReader;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.command.StandardCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the keys of a disk that change its I/O do to the disks of a daemon, and how those end. */
class DiskKeysAtWorkTest {
  private static final int SIZE = 1 << 20;
  private static final String SOUND =
      "{\"plugin\": \"fileio\", \"name\": \"sound\", \"dev\": \"DIR/sound\", \"size\": 1048576,"
          + " \"create\": true, \"attributes\": {\"emulate_write_cache\": 1}}";

  @TempDir Path dir;
  private final Resources resources = new Resources();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.holdfast.daemon");

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void end() {
    resources.close();
    logger.detachAppender(lines);
  }

  private LogicalUnits serve(String... disks) throws Exception {
    String text =
        "{\"storage_objects\": [%s], \"targets\": []}"
            .formatted(String.join(",", disks))
            .replace("DIR", dir.toString());
    StateDirectory state = StateDirectory.open(dir.resolve("state"));
    resources.add(state::close);
    LogicalUnits units = LogicalUnits.open(StandardCommands.table(), state, resources);
    units.serveAll(ConfigReader.parse(text, "test").configuration().storageObjects());
    return units;
  }

  private static String memory(String keys) {
    return "{\"plugin\": \"ramdisk\", \"name\": \"one\", \"size\": 1048576, " + keys + "}";
  }

  private static BlockDevice device(LogicalUnits units, String backstore) {
    LogicalUnits.Disk disk = units.served().get(backstore);
    assertThat(disk).isNotNull();
    return disk.unit().device();
  }

  private static CompletableFuture<IoResult> begin(BlockDevice device, IoRequest request) {
    CompletableFuture<IoResult> result = new CompletableFuture<>();
    device.submit(request, result::complete);
    return result;
  }

  private static IoResult run(BlockDevice device, IoRequest request) {
    return begin(device, request).orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static IoRequest read(long lba) {
    return new IoRequest.Read(lba * 512, ByteBuffer.allocateDirect(512));
  }

  private static IoRequest write(long lba) {
    return new IoRequest.Write(lba * 512, ByteBuffer.allocateDirect(512), false);
  }

  private static void assertFails(IoResult result, DeviceFault fault) {
    assertThat(result)
        .isInstanceOfSatisfying(
            IoResult.Failed.class, failed -> assertThat(failed.fault()).isEqualTo(fault));
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void delayMsDelaysEveryRequest() throws Exception {
    try (LogicalUnits units = serve(memory("\"delay_ms\": 200"))) {
      for (IoRequest request : List.of(read(0), write(0), new IoRequest.Flush())) {
        long begun = System.nanoTime();
        assertThat(run(device(units, "ramdisk/one"), request)).isEqualTo(IoResult.DONE);
        assertThat(System.nanoTime() - begun)
            .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
      }
    }
  }

  @Test
  void faultsAreThoseOfTheRules() throws Exception {
    try (LogicalUnits units =
        serve(memory("\"faults\": \"read@8-15=read_error,write@16-16=no_space\""))) {
      BlockDevice device = device(units, "ramdisk/one");
      assertFails(run(device, read(15)), DeviceFault.READ_ERROR);
      assertFails(run(device, write(16)), DeviceFault.NO_SPACE);
      for (IoRequest sound : List.of(read(7), read(16), write(15), write(17))) {
        assertThat(run(device, sound)).isEqualTo(IoResult.DONE);
      }
    }
  }

  @Test
  void ioLogIsWrittenWhenTheDiskIsClosed() throws Exception {
    try (LogicalUnits units =
        serve(memory("\"io_log\": 2, \"faults\": \"read@8-15=read_error\""))) {
      BlockDevice device = device(units, "ramdisk/one");
      for (IoRequest request : List.of(write(5), write(6), read(9))) {
        IoResult _ = run(device, request);
      }
      assertThat(said()).noneMatch(line -> line.contains("lba="));
    }
    assertThat(said())
        .filteredOn(line -> line.contains("lba="))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ramdisk/one: ").contains("WRITE", "lba=6"),
            line -> assertThat(line).contains("READ", "lba=9", "READ_ERROR"));
  }

  @Test
  void readonlyRefusesWritesAndLeavesTheFileAsItIs() throws Exception {
    Path file = Files.write(dir.resolve("file"), new byte[SIZE]);
    try (LogicalUnits units =
        serve(
            "{\"plugin\": \"fileio\", \"name\": \"one\", \"dev\": \"DIR/file\", \"readonly\":"
                + " true}")) {
      BlockDevice device = device(units, "fileio/one");
      assertThat(device.profile().readOnly()).isTrue();
      IoRequest ones =
          new IoRequest.Write(0, ByteBuffer.allocateDirect(512).putInt(0, 0x11111111), false);
      assertFails(run(device, ones), DeviceFault.READ_ONLY);
      assertThat(run(device, read(0))).isEqualTo(IoResult.DONE);
    }
    assertThat(Files.readAllBytes(file)).containsOnly(0);
  }

  @Test
  void aDiskThatHangsDoesNotKeepTheDaemonFromEnding() throws Exception {
    LogicalUnits units = serve(memory("\"delay_ms\": 5000"), SOUND);
    BlockDevice sound = device(units, "fileio/sound");
    CompletableFuture<IoResult> stuck = begin(device(units, "ramdisk/one"), write(0));
    assertThat(run(sound, write(0))).isEqualTo(IoResult.DONE);
    assertThatThrownBy(() -> units.close(Duration.ofMillis(500)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not closed in order: ramdisk/one");
    assertThat(stuck).as("nobody waited for it").isNotDone();
    assertThat(sound.ready()).as("the others are closed").isFalse();
    assertThat(said())
        .anySatisfy(line -> assertThat(line).startsWith("ramdisk/one: hangs").contains("No write"));
    // It is only left alone: what it had been given is carried out, should it ever be.
    assertThat(stuck.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(IoResult.DONE);
  }

  @Test
  void whatMayBeLostDependsOnTheCache() {
    CompletableFuture<Void> forEver = new CompletableFuture<>();
    List<BoundedClose.Closing> disks =
        List.of(
            new BoundedClose.Closing("cached", true, forEver::join),
            new BoundedClose.Closing("sound", true, () -> {}),
            new BoundedClose.Closing("stable", false, forEver::join),
            new BoundedClose.Closing(
                "failing",
                true,
                () -> {
                  throw new IllegalStateException("said no");
                }));
    assertThatThrownBy(() -> BoundedClose.all(disks, Duration.ofMillis(200)))
        .hasMessage("not closed in order: cached, stable, failing");
    forEver.complete(null);
    assertThat(said())
        .anyMatch(line -> line.startsWith("cached: hangs") && line.contains("may be lost"))
        .anyMatch(line -> line.startsWith("stable: hangs") && line.contains("No write is lost"))
        .anyMatch(line -> line.startsWith("failing: could not be closed"))
        .noneMatch(line -> line.startsWith("sound"));
  }
}
