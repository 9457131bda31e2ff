package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A victim writes with {@link WriteStream#DEPTH} commands in flight; the holder takes its
 * registration away in the middle. When the status of PREEMPT, or of PREEMPT AND ABORT, has arrived
 * nothing of the victim may reach the medium any more (SPC-4 clauses 5.13.11.2.4 and 5.13.11.2.6):
 * what the holder reads then is what it reads when the victim's commands have all ended.
 *
 * <p>The disk is a file written through, so that writes take their time in the device. A write that
 * lands between the status and the first READ is not seen; the many rounds are for that.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats the moments
 * drawn, not what they hit.
 *
 * <p>Seen to fail with {@code tasks.drain(other -> false, …)} in the product's {@code
 * ReservationTable.settle}: PREEMPT in round 0, "first byte changed after the status", byte 7;
 * PREEMPT AND ABORT in round 10, byte 16391.
 */
class FenceOverTheWireTest {
  private static final int BLOCK = 512;
  private static final long HOLDER_KEY = 0x686f6c646572L;
  private static final long VICTIM_KEY = 0x76696374696dL;
  private static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
  private static final int MOST_ATTENTIONS = 8;
  private static final int MOST_ANSWERED_BEFORE = 40;
  private static final int PASSING_WRITES = 4;
  private static final int ROUNDS = "all".equals(System.getProperty("holdfast.tests")) ? 2000 : 100;

  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  private static RawInitiator holder;

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeAll
  static void reserve() throws IOException {
    holder = login("holder");
    reserveOut(holder, Cdbs.PR_REGISTER_AND_IGNORE, 0, HOLDER_KEY);
    reserveOut(holder, Cdbs.PR_RESERVE, HOLDER_KEY, 0);
  }

  @AfterAll
  static void logout() throws IOException {
    holder.close();
  }

  private static RawInitiator login(String name) throws IOException {
    return RawLogin.as(DAEMON.target(), "iqn.2026-11.org.holdfast.test:" + name).login();
  }

  /** Has to be GOOD, after what unit attentions there may be. */
  private static void reserveOut(RawInitiator session, int action, long key, long actionKey)
      throws IOException {
    ScsiReply reply = null;
    for (int i = 0; i < MOST_ATTENTIONS && (reply == null || reply.unitAttention()); i++) {
      reply =
          session.write(
              Cdbs.prOut(action, WRITE_EXCLUSIVE_REGISTRANTS_ONLY),
              Cdbs.prOutList(key, actionKey, false));
    }
    assertThat(reply).as("service action %d", action).hasToString("GOOD");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"PREEMPT,4", "PREEMPT AND ABORT,5"})
  void noBlockChangesOnceTheStatusHasArrived(String name, int action) throws Exception {
    System.out.printf("FenceOverTheWireTest: %s, -Dholdfast.seed=%d%n", name, seed);
    Map<String, Integer> answers = new TreeMap<>();
    int midStream = 0;
    for (int round = 0; round < ROUNDS; round++) {
      // A session of its own for each round: what PREEMPT AND ABORT ends is never answered, and
      // the numbers of the session end with it.
      RawInitiator session = login("victim");
      reserveOut(session, Cdbs.PR_REGISTER_AND_IGNORE, 0, VICTIM_KEY);
      WriteStream victim = WriteStream.start(session, round);
      try {
        victim.awaitAnswers(1 + random.nextInt(MOST_ANSWERED_BEFORE));
        reserveOut(holder, action, HOLDER_KEY, VICTIM_KEY);
        byte[] fenced = readArea();
        WriteStream.Ended ended =
            victim.end(
                action == Cdbs.PR_PREEMPT
                    ? WriteStream.Rest.ANSWERED
                    : WriteStream.Rest.ANSWERED_OR_ABORTED);
        passTheDevice();
        assertThat(Arrays.mismatch(fenced, readArea()))
            .as("%s, seed %d, round %d: first byte changed after the status", name, seed, round)
            .isEqualTo(-1);
        ended.answers().forEach((answer, count) -> answers.merge(answer, count, Integer::sum));
        answers.merge("unanswered", ended.unanswered(), Integer::sum);
        boolean met = ended.answers().containsKey("CONFLICT") || ended.unanswered() > 0;
        midStream += met ? 1 : 0;
      } finally {
        victim.cut();
      }
    }
    System.out.printf("FenceOverTheWireTest: %s, %d rounds, %s%n", name, ROUNDS, answers);
    assertThat(midStream)
        .as("rounds in which the victim met the fence")
        .isGreaterThan(ROUNDS * 3 / 4);
    assertThat(answers.get("GOOD")).as("writes that came before the fence").isGreaterThan(ROUNDS);
  }

  /** Writes of the holder's own: when they have come through, what was before them has, too. */
  private static void passTheDevice() throws IOException {
    for (int i = 0; i < PASSING_WRITES; i++) {
      assertThat(holder.write(Cdbs.write10(0, 1), new byte[BLOCK])).hasToString("GOOD");
    }
  }

  private static byte[] readArea() throws IOException {
    int blocks = WriteStream.DEPTH * WriteStream.BLOCKS;
    ScsiReply reply = holder.read(Cdbs.read10(WriteStream.LBA, blocks), blocks * BLOCK);
    assertThat(reply).hasToString("GOOD");
    return reply.data();
  }
}
