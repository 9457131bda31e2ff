package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.replay.RestartableTarget.Ending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The state directory when it is full, read-only or damaged: no reservation is lost unsaid.
 *
 * <p>Seen to fail with {@code state = after} before {@code store.commit} in the product's {@code
 * ReservationTable}: CONFLICT instead of CHECK 04/44/00 from the third refused command on; and with
 * {@code FileReservationStore.read} giving an empty table for a damaged file: GOOD instead of CHECK
 * 02/04/00, for each damage.
 */
class ReservationFilesTest {
  private static final long KEY = 0x4b45_5921L;
  private static final long OTHER_KEY = 0x4f54_4845_52L;
  private static final int TYPE = 5;
  private static final int BLOCK = 512;
  private static final int MOST_ATTENTIONS = 8;
  private static final int READ_FULL_STATUS_LENGTH = 0x1000;

  /** HARDWARE ERROR, INTERNAL TARGET FAILURE: not the initiator's fault (SPC-4 annex F). */
  private static final String REFUSED = "CHECK 04/44/00";

  /** LOGICAL UNIT NOT READY, CAUSE NOT REPORTABLE. */
  private static final String NOT_READY = "CHECK 02/04/00";

  private static RawInitiator login(DaemonUnderTest daemon) throws IOException {
    return RawLogin.as(daemon.target(), "iqn.2026-11.org.holdfast.test:files").login();
  }

  /** The answer after what unit attentions there may be. */
  private static ScsiReply ask(RawInitiator session, byte[] cdb, byte[] dataOut, int expectedIn)
      throws IOException {
    for (int i = 0; i < MOST_ATTENTIONS; i++) {
      ScsiReply reply = session.execute(cdb, dataOut, expectedIn);
      if (!reply.unitAttention()) {
        return reply;
      }
    }
    throw new IOException("unit attentions without end");
  }

  private static String reserveOut(RawInitiator session, int action, long key, long actionKey)
      throws IOException {
    return ask(session, Cdbs.prOut(action, TYPE), Cdbs.prOutList(key, actionKey, true), 0)
        .toString();
  }

  private static String registerAndReserve(RawInitiator session) throws IOException {
    return reserveOut(session, Cdbs.PR_REGISTER_AND_IGNORE, 0, KEY)
        + ", "
        + reserveOut(session, Cdbs.PR_RESERVE, KEY, 0);
  }

  private static byte[] fullStatus(RawInitiator session) throws IOException {
    ScsiReply reply =
        ask(
            session,
            Cdbs.prIn(Cdbs.PR_READ_FULL_STATUS, READ_FULL_STATUS_LENGTH),
            new byte[0],
            READ_FULL_STATUS_LENGTH);
    assertThat(reply).hasToString("GOOD");
    return reply.data();
  }

  /** Without PRgeneration, which a restart sets to 0 (SPC-4 clause 6.15.2). */
  private static byte[] registrations(byte... fullStatus) {
    return Arrays.copyOfRange(fullStatus, 4, fullStatus.length);
  }

  private static Path reservations(DaemonUnderTest daemon) {
    return daemon.stateDirectory().resolve("reservations");
  }

  /** SPC-4 clause 5.13.5: what cannot be kept is not acknowledged, and has no effect either. */
  @Test
  void onAFullFileSystemChangesAreRefusedAndNothingAcknowledgedIsLost(@TempDir Path directory)
      throws Exception {
    try (Mount mount = Mount.tmpfs(directory, "512k");
        DaemonUnderTest daemon =
            DaemonUnderTest.start(
                DaemonSettings.configured("one-ramdisk")
                    .startingFast()
                    .keepingStateIn(mount.directory()))) {
      Path ballast = directory.resolve("ballast");
      try (RawInitiator session = login(daemon)) {
        assertThat(registerAndReserve(session)).isEqualTo("GOOD, GOOD");
        byte[] before = fullStatus(session);
        Mount.fill(ballast);
        refusesEveryChange(session, before);
        assertThat(daemon.log()).contains(".reservations: No space left on device");
      }
      // Killed, so that nothing is written on the way out.
      daemon.end(Ending.KILLED);
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        byte[] kept = fullStatus(session);
        refusesEveryChange(session, kept);
        Files.delete(ballast);
        assertThat(reserveOut(session, Cdbs.PR_REGISTER, KEY, OTHER_KEY)).isEqualTo("GOOD");
        assertThat(fullStatus(session)).isNotEqualTo(kept);
      }
    }
  }

  /** KEY is registered and holds; every one of these would be GOOD if it could be kept. */
  private static void refusesEveryChange(RawInitiator session, byte... before) throws IOException {
    String[] answers = {
      reserveOut(session, Cdbs.PR_REGISTER, KEY, OTHER_KEY),
      reserveOut(session, Cdbs.PR_REGISTER_AND_IGNORE, 0, OTHER_KEY),
      reserveOut(session, Cdbs.PR_REGISTER, KEY, 0),
      reserveOut(session, Cdbs.PR_PREEMPT, KEY, KEY),
      reserveOut(session, Cdbs.PR_RELEASE, KEY, 0),
      reserveOut(session, Cdbs.PR_CLEAR, KEY, 0)
    };
    assertThat(answers).containsOnly(REFUSED);
    assertThat(fullStatus(session)).isEqualTo(before);
  }

  /**
   * A file system turned read-only under the daemon, as Linux does to one whose device fails:
   * EROFS. EIO has {@link FailingStateDiskTest}.
   */
  @Test
  void onAReadOnlyFileSystemChangesAreRefusedAndNothingAcknowledgedIsLost() throws Exception {
    try (DaemonUnderTest daemon =
        DaemonUnderTest.start(DaemonSettings.configured("one-ramdisk").startingFast())) {
      byte[] before;
      try (RawInitiator session = login(daemon)) {
        assertThat(registerAndReserve(session)).isEqualTo("GOOD, GOOD");
        before = fullStatus(session);
        try (Mount readOnly = Mount.readOnly(reservations(daemon))) {
          refusesEveryChange(session, before);
          assertThat(daemon.log()).contains(readOnly.directory() + "/", "Read-only file system");
        }
      }
      daemon.restart(Ending.KILLED);
      try (RawInitiator session = login(daemon)) {
        assertThat(registrations(fullStatus(session))).isEqualTo(registrations(before));
        assertThat(reserveOut(session, Cdbs.PR_CLEAR, KEY, 0)).isEqualTo("GOOD");
      }
    }
  }

  /** Ways in which a file is not what was written. */
  enum Damage {
    EMPTY,
    CUT_SHORT,
    ONE_BIT,
    SOMETHING_BEHIND;

    byte[] of(byte[] good) {
      return switch (this) {
        case EMPTY -> new byte[0];
        case CUT_SHORT -> Arrays.copyOf(good, good.length - 1);
        case ONE_BIT -> {
          byte[] bytes = good.clone();
          bytes[good.length / 2] ^= 1;
          yield bytes;
        }
        case SOMETHING_BEHIND -> Arrays.copyOf(good, good.length + 1);
      };
    }
  }

  /**
   * A table that cannot be read is not "no reservations": the unit is not ready (SPC-4 clause 6.47)
   * for whatever depends on it; INQUIRY answers as always (clause 6.6.1).
   */
  @ParameterizedTest
  @EnumSource(Damage.class)
  void aDamagedTableTakesTheUnitOffline(Damage damage) throws Exception {
    try (DaemonUnderTest daemon =
        DaemonUnderTest.start(DaemonSettings.configured("one-ramdisk").startingFast())) {
      try (RawInitiator session = login(daemon)) {
        assertThat(registerAndReserve(session)).isEqualTo("GOOD, GOOD");
      }
      daemon.end(Ending.ORDERLY);
      Path table = onlyTable(daemon);
      byte[] good = Files.readAllBytes(table);
      Files.write(table, damage.of(good));
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        isNotReady(session);
      }
      assertThat(daemon.log())
          .contains(table + ": the reservation table cannot be read")
          .contains("Put a good copy back, or remove the file");
      daemon.end(Ending.ORDERLY);
      assertThat(table).as("evidence is left alone").hasBinaryContent(damage.of(good));

      Files.write(table, good);
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        assertThat(reserveOut(session, Cdbs.PR_RELEASE, KEY, 0)).isEqualTo("GOOD");
      }
    }
  }

  /** A missing file is "no reservations" only where no journal remembers any that were kept. */
  @Test
  void aTableThatIsMissingAndMissedTakesTheUnitOffline() throws Exception {
    try (DaemonUnderTest daemon =
        DaemonUnderTest.start(DaemonSettings.configured("one-ramdisk").startingFast())) {
      assertThat(daemon.log())
          .contains(reservations(daemon) + " is new: no reservations are known");
      try (RawInitiator session = login(daemon)) {
        assertThat(registerAndReserve(session)).isEqualTo("GOOD, GOOD");
      }
      daemon.end(Ending.ORDERLY);
      Path table = onlyTable(daemon);
      byte[] good = Files.readAllBytes(table);
      Files.delete(table);
      String before = daemon.log();
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        isNotReady(session);
      }
      assertThat(daemon.log().substring(before.length()))
          .contains(table + ": the reservation table is missing", "1 registrations were kept")
          .doesNotContain("is new: no reservations are known");
      daemon.end(Ending.ORDERLY);
      assertThat(table).doesNotExist();

      Files.write(table, good);
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        assertThat(reserveOut(session, Cdbs.PR_CLEAR, KEY, 0)).isEqualTo("GOOD");
      }
      daemon.end(Ending.ORDERLY);
      Files.delete(table);
      daemon.startAgain();
      try (RawInitiator session = login(daemon)) {
        assertThat(registerAndReserve(session)).as("nothing was kept").isEqualTo("GOOD, GOOD");
      }
    }
  }

  private static void isNotReady(RawInitiator session) throws IOException {
    assertThat(ask(session, Cdbs.testUnitReady(), new byte[0], 0)).hasToString(NOT_READY);
    assertThat(ask(session, Cdbs.read10(0, 1), new byte[0], BLOCK)).hasToString(NOT_READY);
    assertThat(ask(session, Cdbs.write10(0, 1), new byte[BLOCK], 0)).hasToString(NOT_READY);
    assertThat(ask(session, Cdbs.prIn(Cdbs.PR_READ_KEYS, 255), new byte[0], 255))
        .hasToString(NOT_READY);
    assertThat(reserveOut(session, Cdbs.PR_REGISTER_AND_IGNORE, 0, KEY)).isEqualTo(NOT_READY);
    assertThat(ask(session, Cdbs.inquiry(36), new byte[0], 36)).hasToString("GOOD");
  }

  private static Path onlyTable(DaemonUnderTest daemon) throws IOException {
    try (Stream<Path> files = Files.list(reservations(daemon))) {
      List<Path> tables = files.filter(file -> file.toString().endsWith(".reservations")).toList();
      assertThat(tables).hasSize(1);
      return tables.getFirst();
    }
  }
}
