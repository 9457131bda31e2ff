package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.holdfast.vms.initiator.Capture;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.JscsiInitiator;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.RawPdu;
import org.holdfast.vms.initiator.TestInitiator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One session at a time, in every way of moving data. What the raw initiator exchanges is kept in
 * {@code target/captures}.
 */
class RawSessionTest {
  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  private static final int BLOCK = 512;
  private static final int MEBIBYTE_BLOCKS = 2048;
  private static final int BUS_DEVICE_RESET = 0x29;
  private static final String JSCSI_NAME = "iqn.2026-11.org.holdfast.test:jscsi";
  private static final long JSCSI_ISID = 0x80_0000_000020L;

  private static RawLogin login(String node) {
    return RawLogin.as(DAEMON.target(), "iqn.2026-11.org.holdfast.test:" + node);
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** After a login there may be one unit attention; a second TEST UNIT READY is GOOD. */
  private static void settle(TestInitiator initiator) throws IOException {
    initiator.read(Cdbs.testUnitReady(), 0);
    assertThat(initiator.read(Cdbs.testUnitReady(), 0)).hasToString("GOOD");
  }

  @ParameterizedTest(name = "InitialR2T={0} ImmediateData={1}")
  @CsvSource({"Yes,Yes", "Yes,No", "No,Yes", "No,No"})
  void aMebibyteThereAndBack(String initialR2t, String immediateData) throws IOException {
    byte[] data = random(MEBIBYTE_BLOCKS * BLOCK, initialR2t.hashCode() * 31L);
    try (RawInitiator initiator =
        login("mebibyte")
            .withKey("InitialR2T", initialR2t)
            .withKey("ImmediateData", immediateData)
            .login()) {
      settle(initiator);
      assertThat(initiator.write(Cdbs.write10(4096, MEBIBYTE_BLOCKS), data)).hasToString("GOOD");
      assertThat(initiator.read(Cdbs.read10(4096, MEBIBYTE_BLOCKS), data.length).data())
          .isEqualTo(data);
    }
  }

  /** Bursts of one block, so that three blocks need every kind of data PDU there is. */
  @ParameterizedTest(name = "InitialR2T={0} ImmediateData={1}")
  @CsvSource({"Yes,Yes", "Yes,No", "No,Yes", "No,No"})
  void smallestBursts(String initialR2t, String immediateData) throws IOException {
    byte[] data = random(3 * BLOCK, immediateData.hashCode());
    String name = "write-initialr2t-%s-immediate-%s".formatted(initialR2t, immediateData);
    try (Capture capture = new Capture(name, "Three blocks written and read, bursts of 512 bytes");
        RawInitiator initiator =
            login("bursts")
                .withKey("FirstBurstLength", "512")
                .withKey("MaxBurstLength", "512")
                .withKey("MaxRecvDataSegmentLength", "512")
                .withKey("InitialR2T", initialR2t)
                .withKey("ImmediateData", immediateData)
                .withCapture(capture)
                .login()) {
      settle(initiator);
      assertThat(initiator.write(Cdbs.write10(8, 3), data)).hasToString("GOOD");
      assertThat(initiator.read(Cdbs.read10(8, 3), data.length).data()).isEqualTo(data);
    }
  }

  @Test
  void identification() throws IOException {
    try (Capture capture = new Capture("identification", "INQUIRY, capacity, a bad CDB, a ping");
        RawInitiator initiator = login("identification").withCapture(capture).login()) {
      settle(initiator);
      assertThat(initiator.read(Cdbs.inquiry(255), 255).good()).isTrue();
      for (int page : new int[] {0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2}) {
        byte[] answer = initiator.read(Cdbs.inquiryPage(page, 255), 255).data();
        assertThat(answer[1] & 0xff).as("page code").isEqualTo(page);
      }
      assertThat(initiator.read(Cdbs.readCapacity16(32), 32).data()).hasSize(32);
      assertThat(initiator.read(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0}, 0))
          .as("INVALID COMMAND OPERATION CODE")
          .hasToString("CHECK 05/20/00");
      byte[] echo = random(100, 1);
      assertThat(initiator.ping(echo)).isEqualTo(echo);
    }
  }

  /** jSCSI and the raw initiator must find the same bytes where the other one put them. */
  @Test
  void theTwoInitiatorsReadEachOthersBlocks() throws IOException {
    byte[] fromRaw = random(100 * BLOCK, 2);
    byte[] fromJscsi = random(100 * BLOCK, 3);
    try (RawInitiator raw = login("raw").login();
        JscsiInitiator jscsi = JscsiInitiator.login(DAEMON.target(), JSCSI_NAME, JSCSI_ISID)) {
      settle(raw);
      settle(jscsi);
      assertThat(raw.write(Cdbs.write10(1000, 100), fromRaw)).hasToString("GOOD");
      assertThat(jscsi.write(Cdbs.write10(2000, 100), fromJscsi)).hasToString("GOOD");
      assertThat(raw.read(Cdbs.read10(2000, 100), fromJscsi.length).data()).isEqualTo(fromJscsi);
      assertThat(jscsi.read(Cdbs.read10(1000, 100), fromRaw.length).data()).isEqualTo(fromRaw);
    }
  }

  /**
   * jSCSI's own ISIDs are equal in many cases when two sessions begin within a few milliseconds.
   * With those that it is given, the second session leaves the first one alone, and a third one
   * with the ISID of the first replaces it (RFC 7143 clause 6.3.5).
   */
  @Test
  void jscsiLogsInWithTheIsidItIsGiven() throws IOException {
    JscsiInitiator first = JscsiInitiator.login(DAEMON.target(), JSCSI_NAME, JSCSI_ISID);
    try (JscsiInitiator other = JscsiInitiator.login(DAEMON.target(), JSCSI_NAME, JSCSI_ISID + 1)) {
      settle(first);
      settle(other);
      try (JscsiInitiator again = JscsiInitiator.login(DAEMON.target(), JSCSI_NAME, JSCSI_ISID)) {
        assertThatThrownBy(() -> first.read(Cdbs.testUnitReady(), 0))
            .isInstanceOf(IOException.class);
        settle(again);
        assertThat(other.read(Cdbs.testUnitReady(), 0)).hasToString("GOOD");
      }
    } finally {
      first.drop();
    }
  }

  /**
   * A LOGICAL UNIT RESET while a write waits for its data: the reset completes, the write is gone
   * (RFC 7143 clause 11.5.1), and the session goes on after one unit attention. This stands in for
   * libiscsi's LUNResetSimpleAsync, see {@code libiscsi/suite-defects.txt}.
   */
  @Test
  void aLogicalUnitResetEndsAWriteThatWaitsForItsData() throws IOException {
    try (Capture capture = new Capture("lun-reset", "LOGICAL UNIT RESET under a waiting write");
        RawInitiator initiator =
            login("reset").withKey("ImmediateData", "No").withCapture(capture).login()) {
      settle(initiator);
      initiator.start(Cdbs.write10(0, 1), random(BLOCK, 4), 0);
      assertThat(initiator.connection().receive().opcode()).isEqualTo(RawPdu.R2T);
      assertThat(initiator.manage(RawInitiator.LOGICAL_UNIT_RESET, 0))
          .isEqualTo(RawInitiator.FUNCTION_COMPLETE);
      assertThat(initiator.read(Cdbs.testUnitReady(), 0).additionalSense() >> 8)
          .isEqualTo(BUS_DEVICE_RESET);
      settle(initiator);
    }
  }

  @Test
  void abortTask() throws IOException {
    try (Capture capture = new Capture("abort-task", "ABORT TASK of a waiting and of no write");
        RawInitiator initiator =
            login("abort").withKey("ImmediateData", "No").withCapture(capture).login()) {
      settle(initiator);
      int tag = initiator.start(Cdbs.write10(0, 1), random(BLOCK, 5), 0);
      assertThat(initiator.connection().receive().opcode()).isEqualTo(RawPdu.R2T);
      assertThat(initiator.manage(RawInitiator.ABORT_TASK, tag))
          .isEqualTo(RawInitiator.FUNCTION_COMPLETE);
      assertThat(initiator.manage(RawInitiator.ABORT_TASK, tag))
          .as("the task is gone")
          .isEqualTo(RawInitiator.TASK_DOES_NOT_EXIST);
      assertThat(initiator.read(Cdbs.testUnitReady(), 0)).hasToString("GOOD");
    }
  }

  /** RFC 7143 clause 6.3.5: the same name and ISID with TSIH 0 replaces the older session. */
  @Test
  void aSecondLoginOfTheSamePortReplacesTheFirst() throws IOException {
    RawInitiator first = login("twin").login();
    try (RawInitiator second = login("twin").login()) {
      first.connection().awaitClosed();
      settle(second);
    } finally {
      first.drop();
    }
  }

  /** Port and ISID differ in one bit: two nexuses that do not disturb each other. */
  @Test
  void anotherIsidIsAnotherSession() throws IOException {
    try (RawInitiator first = login("pair").withIsid(0x80_0000_000010L).login();
        RawInitiator second = login("pair").withIsid(0x80_0000_000011L).login()) {
      settle(second);
      settle(first);
    }
  }

  @Test
  void reservationsOnOneSession() throws IOException {
    long key = 0x4040404040404040L;
    try (Capture capture = new Capture("reservations", "Register, reserve, read, clear");
        RawInitiator initiator = login("reserving").withCapture(capture).login()) {
      settle(initiator);
      for (int action : new int[] {Cdbs.PR_REGISTER_AND_IGNORE, Cdbs.PR_RESERVE, Cdbs.PR_CLEAR}) {
        boolean register = action == Cdbs.PR_REGISTER_AND_IGNORE;
        assertThat(
                initiator.write(
                    Cdbs.prOut(action, 5),
                    Cdbs.prOutList(register ? 0 : key, register ? key : 0, false)))
            .hasToString("GOOD");
        assertThat(initiator.read(Cdbs.prIn(Cdbs.PR_READ_KEYS, 255), 255).good()).isTrue();
        assertThat(initiator.read(Cdbs.prIn(Cdbs.PR_READ_RESERVATION, 255), 255).good()).isTrue();
      }
    }
  }
}
