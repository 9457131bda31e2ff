package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.SnackRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.ProtocolViolation.Framing;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.TargetPdu.AsyncMessage;
import org.holdfast.iscsi.pdu.TargetPdu.LogoutResponse;
import org.holdfast.iscsi.pdu.TargetPdu.NopIn;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.Reject;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.pdu.TargetPdu.TaskManagementResponsePdu;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.FakeTarget;
import org.holdfast.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The full feature phase but for the data of commands. CmdSN begins at FFFFFFF0h and wraps. */
class FullFeatureTest {
  private final World world = new World();

  private TestInitiator initiator(String... keys) {
    return new TestInitiator(world).loggedIn(keys);
  }

  // ---- Command window (clause 4.2.2.1).

  /** Across the wrap of unsigned numbers, and of signed ones. */
  @ParameterizedTest
  @ValueSource(ints = {0xFFFF_FFF0, 0x7FFF_FFF0})
  void cmdSnAndStatSnCountAcrossTheWrap(int start) {
    TestInitiator initiator = new TestInitiator(world);
    initiator.cmdSn = start;
    initiator.expStatSn = start;
    initiator.loggedIn();
    int statSn = start + 1;
    for (int i = 0; i < 40; i++) {
      int sent = initiator.cmdSn;
      initiator.nothing();
      ScsiResponse response = initiator.next(ScsiResponse.class);
      assertThat(response.numbers().expCmdSn()).isEqualTo(sent + 1);
      assertThat(response.numbers().maxCmdSn()).isEqualTo(sent + 128);
      assertThat(response.numbers().statSn()).isEqualTo(statSn++);
    }
  }

  @Test
  void aCommandOutsideTheWindowIsIgnored() {
    TestInitiator initiator = initiator();
    int expected = initiator.cmdSn;
    for (int wrong : new int[] {expected - 1, expected + 128, expected + 0x7FFF_FFFF}) {
      initiator.cmdSn = wrong;
      initiator.nothing();
      initiator.nothingSent();
    }
    initiator.cmdSn = expected;
    initiator.nothing();
    initiator.next(ScsiResponse.class);
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.closeAndCountBuffers();
  }

  @Test
  void aLostCommandEndsTheSession() {
    TestInitiator initiator = initiator();
    initiator.cmdSn++;
    initiator.write(512, 512, true, new byte[512]);
    initiator.next(Reject.class);
    assertThat(initiator.outbox.closed).contains("CmdSN");
    initiator.closeAndCountBuffers();
  }

  @Test
  void theWindowClosesOverCommandsAtWork() {
    TestInitiator initiator = initiator();
    world.engine.hold = true;
    for (int i = 0; i < 130; i++) {
      initiator.nothing();
    }
    assertThat(world.engine.held()).isEqualTo(128);
    initiator.cmdSn -= 2;
    world.engine.go();
    assertThat(initiator.outbox.sent).hasSize(128);
    ScsiResponse first = initiator.next(ScsiResponse.class);
    assertThat(first.numbers().maxCmdSn()).as("one slot").isEqualTo(first.numbers().expCmdSn());
    initiator.closeAndCountBuffers();
  }

  @Test
  void immediateRequestsTakeNoNumber() {
    TestInitiator initiator = initiator();
    int before = initiator.cmdSn;
    initiator.manage(TaskManagementRequest.ABORT_TASK_SET, Pdu.RESERVED_TAG, 0);
    TaskManagementResponsePdu response = initiator.next(TaskManagementResponsePdu.class);
    assertThat(response.response()).isZero();
    assertThat(response.numbers().expCmdSn()).isEqualTo(before);
  }

  @Test
  void aTagInUseIsRejected() {
    TestInitiator initiator = initiator();
    world.engine.hold = true;
    int tag = initiator.nothing();
    initiator.nextTag = tag;
    initiator.nothing();
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(4);
    world.engine.go();
    initiator.next(ScsiResponse.class);
    initiator.nextTag = tag;
    initiator.nothing();
    world.engine.go();
    initiator.next(ScsiResponse.class);
    initiator.closeAndCountBuffers();
  }

  @Test
  void aReservedAttributeIsRejectedAndTheNextCommandWorks() {
    TestInitiator initiator = initiator();
    initiator.send(
        new InitiatorPdu.ScsiCommand(
            false,
            true,
            false,
            true,
            6,
            0,
            1,
            512,
            initiator.cmdSn++,
            0,
            0,
            FakeTarget.cdb(FakeTarget.WRITE, 512),
            initiator.segment(new byte[512])));
    RecordingOutbox.Sent reject = initiator.nextWithData(Reject.class);
    assertThat(((Reject) reject.pdu()).reason()).isEqualTo(9);
    Bhs header = new Bhs(ByteBuffer.wrap(reject.data()));
    assertThat(header.u8(0)).as("the header of the command").isEqualTo(1);
    assertThat(header.initiatorTaskTag()).isEqualTo(1);
    initiator.nothing();
    initiator.next(ScsiResponse.class);
    initiator.closeAndCountBuffers();
  }

  // ---- Task management (clauses 11.5 and 11.6).

  @Test
  void abortOfACommandThatWaitsForData() {
    TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
    int cmdSn = initiator.cmdSn;
    int tag = initiator.write(4096, 4096, true, new byte[0]);
    int transfer = initiator.next(ReadyToTransfer.class).targetTransferTag();
    initiator.manage(TaskManagementRequest.ABORT_TASK, tag, cmdSn);
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isZero();
    assertThat(world.allocator.live).as("its memory is free").isZero();
    initiator.dataOut(tag, transfer, 0, 0, true, new byte[4096]);
    initiator.nothingSent();
    assertThat(initiator.outbox.closed).as("late data does no harm").isEmpty();
    initiator.nextTag = tag;
    int again = initiator.write(512, 512, true, new byte[0]);
    initiator.answerR2ts(new byte[512], 512);
    ScsiResponse response = initiator.next(ScsiResponse.class);
    assertThat(response.initiatorTaskTag()).isEqualTo(again);
    assertThat(response.numbers().maxCmdSn() - response.numbers().expCmdSn())
        .as("the window is as wide as before")
        .isEqualTo(127);
    initiator.closeAndCountBuffers();
  }

  @Test
  void abortOfACommandThatTheEngineHas() {
    TestInitiator initiator = initiator();
    world.engine.hold = true;
    int cmdSn = initiator.cmdSn;
    int tag = initiator.write(512, 512, true, new byte[512]);
    initiator.manage(TaskManagementRequest.ABORT_TASK, tag, cmdSn);
    initiator.nothingSent();
    world.engine.go();
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isZero();
    initiator.nothingSent();
    assertThat(world.engine.written).isEmpty();
    assertThat(world.allocator.live).isZero();
    world.engine.hold = false;
    initiator.nextTag = tag;
    initiator.nothing();
    assertThat(initiator.next(ScsiResponse.class).initiatorTaskTag())
        .as("the tag is free again")
        .isEqualTo(tag);
    initiator.closeAndCountBuffers();
  }

  @Test
  void abortOfACommandThatIsAnswered() {
    TestInitiator initiator = initiator();
    int cmdSn = initiator.cmdSn;
    int tag = initiator.nothing();
    initiator.next(ScsiResponse.class);
    initiator.manage(TaskManagementRequest.ABORT_TASK, tag, cmdSn);
    assertThat(initiator.next(TaskManagementResponsePdu.class).response())
        .isEqualTo(TaskManagementResponsePdu.TASK_DOES_NOT_EXIST);
  }

  @Test
  void abortOfACommandThatDidNotArrive() {
    TestInitiator initiator = initiator();
    int lost = initiator.cmdSn++;
    initiator.manage(TaskManagementRequest.ABORT_TASK, 0x777, lost);
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isZero();
  }

  @Test
  void aResetDropsWhatCollectsAndWaitsForWhatRuns() {
    TestInitiator initiator = initiator("InitialR2T=Yes");
    world.engine.hold = true;
    initiator.write(4096, 4096, true, new byte[0]);
    initiator.next(ReadyToTransfer.class);
    initiator.nothing();
    int tag = initiator.manage(TaskManagementRequest.LOGICAL_UNIT_RESET, Pdu.RESERVED_TAG, 0);
    initiator.nothingSent();
    world.engine.go();
    TaskManagementResponsePdu response = initiator.next(TaskManagementResponsePdu.class);
    assertThat(response.initiatorTaskTag()).isEqualTo(tag);
    initiator.nothingSent();
    assertThat(world.engine.managed).containsExactly(TaskManagementFunction.LOGICAL_UNIT_RESET);
    assertThat(world.allocator.live).isZero();
    initiator.closeAndCountBuffers();
  }

  /** The resets themselves are seen by libiscsi's Reserve6 and PreventAllow families. */
  @Test
  void aWarmResetLeavesTheSessionsAndAColdOneEndsThemAll() {
    TestInitiator initiator = initiator();
    TestInitiator other = new TestInitiator(world);
    other.isid++;
    other.loggedIn();
    int tag = initiator.manage(TaskManagementRequest.TARGET_WARM_RESET, Pdu.RESERVED_TAG, 0);
    TaskManagementResponsePdu warm = initiator.next(TaskManagementResponsePdu.class);
    assertThat(warm.initiatorTaskTag()).isEqualTo(tag);
    assertThat(warm.response()).isZero();
    assertThat(initiator.outbox.closed + other.outbox.closed).isEmpty();
    assertThat(world.node.registry().size()).isEqualTo(2);

    initiator.manage(TaskManagementRequest.TARGET_COLD_RESET, Pdu.RESERVED_TAG, 0);
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isZero();
    assertThat(initiator.outbox.closed).isEqualTo("target cold reset");
    assertThat(other.outbox.closed).isEqualTo("target cold reset");
    assertThat(world.node.registry().size()).as("their places are free").isZero();
  }

  @Test
  void functionsThatAreNotThere() {
    TestInitiator initiator = initiator();
    for (int function : new int[] {0, 3, 9, 10, 11, 12, 99}) {
      initiator.manage(function, Pdu.RESERVED_TAG, 0);
      assertThat(initiator.next(TaskManagementResponsePdu.class).response())
          .as("function %d", function)
          .isEqualTo(TaskManagementResponsePdu.FUNCTION_NOT_SUPPORTED);
    }
    initiator.manage(TaskManagementRequest.TASK_REASSIGN, 1, 0);
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isEqualTo(4);
    assertThat(world.engine.managed).isEmpty();
  }

  // ---- NOP, SNACK, violations, silence.

  @Test
  void nopOutIsEchoed() {
    TestInitiator initiator = initiator();
    initiator.nop(5, "ping");
    assertThat(initiator.nextText(NopIn.class)).isEqualTo("ping");
    initiator.nop(Pdu.RESERVED_TAG, "no answer wanted");
    initiator.nothingSent();
    TestInitiator small = new TestInitiator(new World()).loggedIn("MaxRecvDataSegmentLength=512");
    small.nop(6, "x".repeat(2000));
    assertThat(small.nextText(NopIn.class)).hasSize(512);
    small.closeAndCountBuffers();
    initiator.closeAndCountBuffers();
  }

  @Test
  void aSilentPeerIsAskedThenGivenUp() {
    TestInitiator initiator = initiator();
    long second = 1_000_000_000L;
    initiator.connection.onTick(14 * second);
    initiator.nothingSent();
    initiator.connection.onTick(15 * second);
    NopIn ping = initiator.next(NopIn.class);
    assertThat(ping.initiatorTaskTag()).isEqualTo(Pdu.RESERVED_TAG);
    assertThat(ping.targetTransferTag()).isNotEqualTo(Pdu.RESERVED_TAG);
    world.now = 16 * second;
    initiator.nop(Pdu.RESERVED_TAG, "");
    initiator.connection.onTick(30 * second);
    initiator.nothingSent();
    initiator.connection.onTick(31 * second);
    initiator.next(NopIn.class);
    initiator.connection.onTick(60 * second);
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.connection.onTick(61 * second);
    assertThat(initiator.outbox.closed).isNotEmpty();
    assertThat(world.engine.attached).isEmpty();
  }

  @Test
  void snackIsRejected() {
    TestInitiator initiator = initiator();
    initiator.send(new SnackRequest(0, 0, 1, 1, 0, 0, 1));
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(3);
    assertThat(initiator.outbox.closed).isEmpty();
  }

  @Test
  void whatTheDecoderRefusesIsRejected() {
    TestInitiator initiator = initiator();
    byte[] bytes = new byte[48];
    bytes[0] = 0x01;
    ByteBuffer.wrap(bytes).putInt(24, initiator.cmdSn++);
    Bhs command = new Bhs(ByteBuffer.wrap(bytes));
    initiator.connection.onViolation(
        new ProtocolViolation(RejectReason.INVALID_PDU_FIELD, "x", command, Framing.INTACT));
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(9);
    initiator.nothing();
    initiator.next(ScsiResponse.class);

    initiator.connection.onViolation(
        new ProtocolViolation(RejectReason.DATA_DIGEST_ERROR, "x", command, Framing.INTACT));
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(2);
    assertThat(initiator.outbox.closed).isNotEmpty();

    TestInitiator other = new TestInitiator(new World()).loggedIn();
    other.connection.onViolation(
        new ProtocolViolation(RejectReason.PROTOCOL_ERROR, "x", command, Framing.LOST));
    other.next(Reject.class);
    assertThat(other.outbox.closed).isNotEmpty();
  }

  // ---- Logout and drain (clauses 11.9, 11.14 and 11.15).

  @Test
  void logoutEndsTheSessionBeforeItIsAnswered() {
    TestInitiator initiator = initiator("InitialR2T=Yes");
    world.engine.hold = true;
    initiator.nothing();
    initiator.write(512, 512, true, new byte[0]);
    initiator.next(ReadyToTransfer.class);
    initiator.logout(LogoutRequest.CLOSE_SESSION);
    initiator.nothingSent();
    world.engine.go();
    LogoutResponse response = initiator.next(LogoutResponse.class);
    assertThat(response.response()).isZero();
    assertThat(response.time2Wait()).isEqualTo(2);
    initiator.nothingSent();
    assertThat(initiator.outbox.closed).isEqualTo("logout");
    assertThat(world.node.registry().size()).isZero();
    initiator.closeAndCountBuffers();
  }

  @Test
  void logoutOfOtherConnectionsAndForRecovery() {
    TestInitiator initiator = initiator();
    initiator.logout(LogoutRequest.REMOVE_FOR_RECOVERY);
    assertThat(initiator.next(LogoutResponse.class).response()).isEqualTo(2);
    initiator.connectionId++;
    initiator.logout(LogoutRequest.CLOSE_CONNECTION);
    assertThat(initiator.next(LogoutResponse.class).response()).isEqualTo(1);
    initiator.logout(77);
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(9);
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.connectionId--;
    initiator.logout(LogoutRequest.CLOSE_CONNECTION);
    assertThat(initiator.next(LogoutResponse.class).response()).isZero();
    assertThat(initiator.outbox.closed).isNotEmpty();
  }

  @Test
  void drainAsksForLogoutAndTakesNothingNew() {
    TestInitiator initiator = initiator();
    world.engine.hold = true;
    initiator.nothing();
    initiator.connection.onDrain();
    AsyncMessage message = initiator.next(AsyncMessage.class);
    assertThat(message.event()).isEqualTo(AsyncMessage.LOGOUT_REQUESTED);
    assertThat(message.parameter3()).as("seconds").isEqualTo(3);
    initiator.write(512, 512, true, new byte[512]);
    Reject refusal = initiator.next(Reject.class);
    assertThat(refusal.reason()).isEqualTo(0x0C);
    assertThat(refusal.numbers().maxCmdSn() - refusal.numbers().expCmdSn())
        .as("one slot of 128 is taken, by the command at work")
        .isEqualTo(126);
    initiator.connection.onTick(3_000_000_000L);
    assertThat(initiator.outbox.closed).as("a command is still at work").isEmpty();
    world.engine.go();
    initiator.next(ScsiResponse.class);
    initiator.connection.onTick(4_000_000_000L);
    assertThat(initiator.outbox.closed).isNotEmpty();
    initiator.closeAndCountBuffers();

    TestInitiator polite = new TestInitiator(new World()).loggedIn();
    polite.connection.onDrain();
    polite.next(AsyncMessage.class);
    polite.logout(LogoutRequest.CLOSE_SESSION);
    polite.next(LogoutResponse.class);
    assertThat(polite.outbox.closed).isNotEmpty();
  }
}
