package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.replay.RestartableTarget.Ending;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * EIO from the disk that the reservation tables are on, at each step of replacing one: a clear
 * CHECK CONDITION, nothing acknowledged that is not kept (SPC-4 clause 5.13.5), and after a kill
 * and a restart the table that was acknowledged last.
 *
 * <p>{@code -Dholdfast.tests=all} makes the storm longer; {@code -Dholdfast.seed=N} repeats it.
 *
 * <p>Seen to fail: with the product's {@code ReservationTable.commit} accepting whatever came of
 * the commit, all of them: GOOD instead of CHECK 04/44/00; without {@code putBack} in {@code
 * FileReservationStore.write}, DIRECTORY_ONCE and the storm: after the restart the refused table is
 * there; without {@code takeOffline} in {@code ReservationTable.notDurable}, the broken directory:
 * CHECK 04/44/00 instead of 02/04/00.
 */
class FailingStateDiskTest {
  private static final int INITIATORS = 3;
  private static final long FIRST_ISID = 0x80_0000_000300L;
  private static final int MOST_ATTENTIONS = 8;
  private static final int COMMANDS =
      "all".equals(System.getProperty("holdfast.tests")) ? 5000 : 400;

  /** HARDWARE ERROR, INTERNAL TARGET FAILURE: not the initiator's fault (SPC-4 annex F). */
  private static final String REFUSED = "CHECK 04/44/00";

  /** LOGICAL UNIT NOT READY, CAUSE NOT REPORTABLE. */
  private static final String NOT_READY = "CHECK 02/04/00";

  private static final long KEY = 0xa1;
  private static final long OTHER_KEY = 0xb2;
  private static final int TYPE = 5;

  @TempDir Path directory;
  private FailingDisk disk;
  private DaemonUnderTest daemon;
  private final List<RawInitiator> sessions = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    disk = FailingDisk.compiledIn(directory);
    Path state = Files.createDirectory(directory.resolve("state"));
    daemon =
        DaemonUnderTest.start(
            DaemonSettings.configured("one-ramdisk")
                .startingFast()
                .keepingStateIn(state)
                .withEnvironment(disk.environment(state)));
    login();
  }

  @AfterEach
  void end() throws IOException {
    if (daemon != null) {
      drop();
      daemon.close();
    }
  }

  private static String name(int initiator) {
    return "iqn.2026-11.org.holdfast.test:eio-" + initiator;
  }

  private static List<String> ports() {
    List<String> ports = new ArrayList<>();
    for (int i = 0; i < INITIATORS; i++) {
      ports.add("%s,i,0x%012x".formatted(name(i), FIRST_ISID + i));
    }
    return ports;
  }

  private void login() throws IOException {
    for (int i = 0; i < INITIATORS; i++) {
      sessions.add(RawLogin.as(daemon.target(), name(i)).withIsid(FIRST_ISID + i).login());
      sessions.getLast().read(Cdbs.testUnitReady(), 0); // POWER ON
    }
  }

  private void drop() throws IOException {
    for (RawInitiator session : sessions) {
      session.drop();
    }
    sessions.clear();
  }

  private String send(PrCommandUnderTest command) throws IOException {
    for (int i = 0; i < MOST_ATTENTIONS; i++) {
      ScsiReply reply = sessions.get(command.sender()).write(command.cdb(), command.list());
      if (!reply.unitAttention()) {
        return reply.toString();
      }
    }
    throw new AssertionError("unit attentions without end: " + command);
  }

  private ObservedTable observed() throws IOException {
    for (RawInitiator session : sessions) {
      for (int i = 0; i < MOST_ATTENTIONS; i++) {
        if (!session.read(Cdbs.testUnitReady(), 0).unitAttention()) {
          break;
        }
      }
    }
    return ObservedTable.read(sessions.getFirst(), ports());
  }

  /** Killed, so that nothing is written on the way out. */
  private ObservedTable afterARestart() throws Exception {
    drop();
    daemon.end(Ending.KILLED);
    disk.workAgain();
    daemon.startAgain();
    login();
    return observed();
  }

  private static PrCommandUnderTest ofTheFirst(int action, long key, long actionKey) {
    return new PrCommandUnderTest(0, action, key, actionKey, TYPE, true);
  }

  /** Each would be GOOD, and would change the table, if the disk worked. */
  private static List<PrCommandUnderTest> changes() {
    return List.of(
        ofTheFirst(Cdbs.PR_REGISTER, KEY, OTHER_KEY),
        ofTheFirst(Cdbs.PR_REGISTER_AND_IGNORE, 0, OTHER_KEY),
        ofTheFirst(Cdbs.PR_REGISTER, KEY, 0),
        ofTheFirst(Cdbs.PR_PREEMPT, KEY, OTHER_KEY),
        ofTheFirst(Cdbs.PR_PREEMPT_AND_ABORT, KEY, OTHER_KEY),
        ofTheFirst(Cdbs.PR_RELEASE, KEY, 0),
        ofTheFirst(Cdbs.PR_CLEAR, KEY, 0));
  }

  private ObservedTable twoRegisteredAndReservedByTheFirst() throws IOException {
    assertThat(send(ofTheFirst(Cdbs.PR_REGISTER, 0, KEY))).isEqualTo("GOOD");
    assertThat(send(new PrCommandUnderTest(1, Cdbs.PR_REGISTER, 0, OTHER_KEY, TYPE, true)))
        .isEqualTo("GOOD");
    assertThat(send(ofTheFirst(Cdbs.PR_RESERVE, KEY, 0))).isEqualTo("GOOD");
    return observed();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailingDisk.Step.class,
      names = {"WRITE", "FSYNC", "RENAME", "DIRECTORY_ONCE"})
  void everyChangeIsRefusedAndNothingAcknowledgedIsLost(FailingDisk.Step step) throws Exception {
    ObservedTable before = twoRegisteredAndReservedByTheFirst();
    for (PrCommandUnderTest change : changes()) {
      disk.failAt(step);
      assertThat(send(change)).as(change.toString()).isEqualTo(REFUSED);
      disk.workAgain();
      assertThat(observed()).as("after %s", change).isEqualTo(before);
    }
    assertThat(daemon.log())
        .contains("failing disk: " + step.word() + " of ", ".reservations: Input/output error")
        .doesNotContain("is offline");
    assertThat(afterARestart().table()).isEqualTo(before.table());
    for (PrCommandUnderTest change : changes().subList(3, 7)) {
      assertThat(
              send(new PrCommandUnderTest(1, Cdbs.PR_REGISTER_AND_IGNORE, 0, OTHER_KEY, 0, true)))
          .isEqualTo("GOOD");
      assertThat(send(change)).as("the disk works again: %s", change).isEqualTo("GOOD");
    }
  }

  /** The change could be neither made durable nor taken back: a restart could find either. */
  @Test
  void aDirectoryThatStaysBrokenTakesTheUnitOffline() throws Exception {
    ObservedTable before = twoRegisteredAndReservedByTheFirst();
    disk.failAt(FailingDisk.Step.DIRECTORY);
    assertThat(send(changes().getFirst())).isEqualTo(REFUSED);
    for (PrCommandUnderTest change : changes()) {
      assertThat(send(change)).as(change.toString()).isEqualTo(NOT_READY);
    }
    disk.workAgain();
    assertThat(send(changes().getLast())).as("until somebody has looked").isEqualTo(NOT_READY);
    assertThat(sessions.get(1).write(Cdbs.write10(0, 1), new byte[512])).hasToString(NOT_READY);
    assertThat(daemon.log()).contains("is offline", "could not be taken back");
    assertThat(afterARestart().table()).isEqualTo(before.table());
    assertThat(send(changes().getLast())).isEqualTo("GOOD");
  }

  @Test
  void inAStormWhatIsAcknowledgedIsKeptAndWhatIsRefusedIsNot() throws Exception {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    System.out.printf("FailingStateDiskTest: %d commands, -Dholdfast.seed=%d%n", COMMANDS, seed);
    Random random = new Random(seed);
    ReservationStorm storm = new ReservationStorm(random, INITIATORS);
    FailingDisk.Step[] steps = {
      FailingDisk.Step.WRITE,
      FailingDisk.Step.FSYNC,
      FailingDisk.Step.RENAME,
      FailingDisk.Step.DIRECTORY_ONCE
    };
    ExpectedTable table = ExpectedTable.EMPTY;
    int refused = 0;
    int failing = 0;
    for (int number = 0; number < COMMANDS; number++) {
      boolean fails = random.nextInt(3) == 0;
      if (fails) {
        disk.failAt(steps[random.nextInt(steps.length)]);
        failing++;
      }
      PrCommandUnderTest command = storm.next(table);
      ExpectedTable.Answer answer = table.answer(command);
      String status = send(command);
      disk.workAgain();
      String what = "seed %d, command %d: %s on %s".formatted(seed, number, command, table);
      if (fails && status.equals(REFUSED)) {
        assertThat(answer.status()).as(what).isEqualTo("GOOD");
        refused++;
      } else {
        assertThat(status).as(what).isEqualTo(answer.status());
        boolean kept = table.aptpl() || answer.after().aptpl();
        assertThat(fails && kept && !answer.after().equals(table))
            .as("acknowledged though it cannot be kept, %s", what)
            .isFalse();
        table = answer.after();
      }
      if (number % 100 == 99) {
        ObservedTable observed = afterARestart();
        assertThat(observed.table()).as(what).isEqualTo(table.afterPowerLoss());
        table = observed.table();
      }
    }
    assertThat(refused)
        .as("refused of %d under a failing disk", failing)
        .isGreaterThan(failing / 4);
    assertThat(daemon.log()).doesNotContain("is offline");
  }
}
