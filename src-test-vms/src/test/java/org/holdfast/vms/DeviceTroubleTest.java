package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.holdfast.vms.replay.RestartableTarget.Ending;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What initiators see of disks in trouble, and that those of other disks see nothing: one daemon
 * with a sound disk, a faulty one, one that comes late and one that hangs.
 *
 * <p>Seen to fail when the sense of a full file system, a read error or a write error is another
 * one (FaultMapper), and when nobody is told that a disk has come (DeviceWatch). Disks that vanish
 * are in ReopeningDeviceTest and DeviceWatchTest: a file cannot vanish while it is open.
 *
 * <p>{@code -Dholdfast.tests=all} makes it hang for 70 s, longer than hosts wait for a command.
 */
class DeviceTroubleTest {
  private static final boolean ALL = "all".equals(System.getProperty("holdfast.tests"));
  private static final Duration HANG = ALL ? Duration.ofSeconds(70) : Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NAME = "iqn.2026-11.org.holdfast.test:trouble-";

  /** Of one device that is not told otherwise. */
  private static final long MOST_THREADS = 4;

  private static final int SIZE = 1 << 20;
  private static final int SOUND = 0;
  private static final int FAULTY = 1;
  private static final int LATE = 2;
  private static final int HANGING = 3;
  private static final String CONFIGURATION =
      """
      {"storage_objects": [
         {"plugin": "ramdisk", "name": "sound", "size": 1048576},
         {"plugin": "ramdisk", "name": "faulty", "size": 1048576, "io_log": 100,
          "faults": "read@8-15=read_error,write@16-23=write_error,write@24-31=no_space"},
         {"plugin": "fileio", "name": "late", "dev": "DIR/late"},
         {"plugin": "fileio", "name": "hanging", "dev": "DIR/hanging"}],
       "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-11.org.holdfast:trouble", "tpgs": [
         {"tag": 1,
          "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 0},
          "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/sound"},
                   {"index": 1, "storage_object": "/backstores/ramdisk/faulty"},
                   {"index": 2, "storage_object": "/backstores/fileio/late"},
                   {"index": 3, "storage_object": "/backstores/fileio/hanging"}],
          "portals": [{"ip_address": "127.0.0.1", "port": 3260}]}]}]}
      """;

  @TempDir static Path directory;
  private static DaemonUnderTest daemon;

  @BeforeAll
  static void start() throws Exception {
    Path home = directory.toRealPath();
    Path hanging = Files.write(home.resolve("hanging"), new byte[SIZE]);
    daemon =
        DaemonUnderTest.start(
            DaemonSettings.configured("one-ramdisk")
                .withConfiguration(CONFIGURATION.replace("DIR", home.toString()))
                .startingFast()
                .withEnvironment(
                    Map.of(
                        "LD_PRELOAD",
                        Preload.compiled("slow-disk", home).library().toString(),
                        "HOLDFAST_SLOW_FILE",
                        hanging.toString(),
                        "HOLDFAST_SLOW_MILLISECONDS",
                        String.valueOf(HANG.toMillis()))));
  }

  @AfterAll
  static void end() throws IOException {
    if (daemon != null) {
      if (ALL) {
        // An orderly end makes the hanging disk stable, which takes longer than a test waits.
        daemon.end(Ending.KILLED);
      }
      daemon.close();
    }
  }

  private static RawInitiator login(int lun, int initiator) throws IOException {
    TargetUnderTest target = daemon.target();
    RawInitiator session =
        RawLogin.as(
                new TargetUnderTest(target.portal(), target.iqn(), lun),
                NAME + lun + "-" + initiator)
            .login();
    session.read(Cdbs.testUnitReady(), 0); // POWER ON
    return session;
  }

  private static ScsiReply write(RawInitiator session, long lba) throws IOException {
    return session.write(Cdbs.write10(lba, 1), new byte[512]);
  }

  private static ScsiReply read(RawInitiator session, long lba) throws IOException {
    return session.read(Cdbs.read10(lba, 1), 512);
  }

  @ParameterizedTest
  @CsvSource({"read, 8, CHECK 03/11/00", "write, 16, CHECK 03/0C/00", "write, 24, CHECK 07/27/07"})
  void faultsHaveTheirSense(String what, long lba, String sense) throws Exception {
    try (RawInitiator faulty = login(FAULTY, 0);
        RawInitiator sound = login(SOUND, 0)) {
      assertThat(what.equals("read") ? read(faulty, lba) : write(faulty, lba)).hasToString(sense);
      assertThat(what.equals("read") ? write(faulty, lba) : read(faulty, lba))
          .as("the other direction")
          .hasToString("GOOD");
      assertThat(write(sound, lba)).hasToString("GOOD");
      assertThat(read(sound, lba)).hasToString("GOOD");
    }
  }

  @Test
  void aFullFileSystemIsToldAndWorksAgainWhenThereIsSpace() throws Exception {
    Path small = Files.createDirectory(directory.toRealPath().resolve("small"));
    String configuration =
        DaemonSettings.configured("one-ramdisk")
            .configuration()
            .orElseThrow()
            .replace("\"plugin\": \"ramdisk\"", "\"plugin\": \"fileio\", \"create\": true")
            .replace("\"size\"", "\"dev\": \"" + small.resolve("disk") + "\", \"size\"")
            .replace("/backstores/ramdisk/", "/backstores/fileio/");
    try (Mount _ = Mount.tmpfs(small, "512k");
        DaemonUnderTest full =
            DaemonUnderTest.start(
                DaemonSettings.embeddedDefault().withConfiguration(configuration).startingFast());
        RawInitiator session = RawLogin.as(full.target(), NAME + "full").login()) {
      session.read(Cdbs.testUnitReady(), 0); // POWER ON
      assertThat(write(session, 0)).hasToString("GOOD");
      Path filler = small.resolve("filler");
      Mount.fill(filler);
      assertThat(write(session, 1024)).hasToString("CHECK 07/27/07");
      assertThat(write(session, 0)).as("it has its space").hasToString("GOOD");
      assertThat(read(session, 1024)).hasToString("GOOD");
      Files.delete(filler);
      assertThat(write(session, 1024)).hasToString("GOOD");
    }
  }

  @Test
  void aDiskThatComesLateIsServedAndItsInitiatorsAreTold() throws Exception {
    try (RawInitiator late = login(LATE, 0)) {
      assertThat(read(late, 0)).hasToString("CHECK 02/04/00");
      Path made = Files.write(directory.resolve("made"), new byte[SIZE]);
      Files.move(made, directory.resolve("late"), StandardCopyOption.ATOMIC_MOVE);
      long until = System.nanoTime() + PATIENCE.toNanos();
      List<String> answers = new ArrayList<>();
      while (!answers.contains("GOOD")) {
        assertThat(System.nanoTime()).as(daemon.log()).isLessThan(until);
        answers.add(read(late, 0).toString());
      }
      assertThat(answers)
          .as("NOT READY TO READY CHANGE comes once, and before any data")
          .containsOnlyOnce("UA 28/00")
          .containsSubsequence("UA 28/00", "GOOD")
          .containsOnly("CHECK 02/04/00", "UA 28/00", "GOOD");
      assertThat(write(late, 0)).hasToString("GOOD");
    }
  }

  @Test
  void aDiskThatHangsHarmsNoOther() throws Exception {
    try (RawInitiator hanging = login(HANGING, 0);
        RawInitiator other = login(HANGING, 1)) {
      hanging.connection().patience(HANG.plus(HANG).plus(PATIENCE));
      other.connection().patience(HANG.plus(HANG).plus(PATIENCE));
      long begun = System.nanoTime();
      int stuck = hanging.start(Cdbs.write10(0, 1), new byte[512], 0);
      int aborted = other.start(Cdbs.write10(8, 1), new byte[512], 0);
      Future<ScsiReply> late = begin(() -> hanging.finish(stuck, new byte[512], 0));
      soundDiskWorks(begun);
      assertThat(daemon.threads("io-hanging-")).isBetween(1L, MOST_THREADS);
      // Its data is in the kernel's hands: the answer waits until that is over.
      assertThat(other.manage(RawInitiator.ABORT_TASK, aborted))
          .isEqualTo(RawInitiator.FUNCTION_COMPLETE);
      assertSince(begun, "ABORT TASK");
      assertThat(pinging(other, late)).hasToString("GOOD");
      assertThat(read(hanging, 0)).as("after it").hasToString("GOOD");

      long again = System.nanoTime();
      hanging.start(Cdbs.write10(0, 1), new byte[512], 0);
      hanging.ping();
      Future<Integer> reset = begin(() -> other.manage(RawInitiator.LOGICAL_UNIT_RESET, 0));
      assertThat(pinging(hanging, reset)).isEqualTo(RawInitiator.FUNCTION_COMPLETE);
      assertSince(again, "LOGICAL UNIT RESET");
      assertThat(read(hanging, 0)).as("the one that was aborted is told").hasToString("UA 29/03");
      assertThat(read(hanging, 0)).hasToString("GOOD");
      assertThat(daemon.threads("io-hanging-")).isLessThanOrEqualTo(MOST_THREADS);
    }
  }

  /** An initiator reads what it is sent all the while: it is asked whether it is there. */
  private static <T> Future<T> begin(Callable<T> waits) {
    FutureTask<T> begun = new FutureTask<>(waits);
    Thread.ofVirtual().start(begun);
    return begun;
  }

  /** What is waited for; {@code idle} shows meanwhile that it is there. */
  private static <T> T pinging(RawInitiator idle, Future<T> waited) throws Exception {
    while (true) {
      try {
        return waited.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException notYet) {
        idle.ping();
      }
    }
  }

  private static void soundDiskWorks(long begun) throws IOException {
    try (RawInitiator sound = login(SOUND, 1)) {
      for (int i = 0; i < 50; i++) {
        assertThat(write(sound, i)).hasToString("GOOD");
        assertThat(read(sound, i)).hasToString("GOOD");
      }
    }
    assertThat(System.nanoTime() - begun)
        .as("nanoseconds for the I/O of another disk")
        .isLessThan(HANG.toNanos());
  }

  private static void assertSince(long begun, String what) {
    assertThat(System.nanoTime() - begun)
        .as("nanoseconds until %s was answered", what)
        .isGreaterThanOrEqualTo(HANG.toNanos());
  }
}
