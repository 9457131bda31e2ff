package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.holdfast.scsi.Cdb;
import org.jscsi.parser.AbstractMessageParser;
import org.jscsi.parser.InitiatorMessageParser;
import org.jscsi.parser.ProtocolDataUnit;
import org.jscsi.parser.ProtocolDataUnitFactory;
import org.jscsi.parser.TargetMessageParser;
import org.jscsi.parser.data.DataInParser;
import org.jscsi.parser.data.DataOutParser;
import org.jscsi.parser.login.LoginRequestParser;
import org.jscsi.parser.login.LoginResponseParser;
import org.jscsi.parser.logout.LogoutRequestParser;
import org.jscsi.parser.logout.LogoutResponseParser;
import org.jscsi.parser.nop.NOPInParser;
import org.jscsi.parser.nop.NOPOutParser;
import org.jscsi.parser.r2t.Ready2TransferParser;
import org.jscsi.parser.reject.RejectParser;
import org.jscsi.parser.scsi.SCSICommandParser;
import org.jscsi.parser.scsi.SCSIResponseParser;
import org.jscsi.parser.snack.SNACKRequestParser;
import org.jscsi.parser.text.TextRequestParser;
import org.jscsi.parser.text.TextResponseParser;
import org.jscsi.parser.tmf.TaskManagementFunctionRequestParser;
import org.jscsi.parser.tmf.TaskManagementFunctionResponseParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A second implementation, written by others, reads what ours writes, field by field, and ours
 * reads what it writes back. What jSCSI 2.6.0 cannot do is left out of the samples:
 *
 * <ul>
 *   <li>Asynchronous Message: it has no parser;
 *   <li>Task Management Response and Logout Response: it reads every response code as 0;
 *   <li>Data-In: it reads a residual, but drops it when it writes;
 *   <li>Task Management Request: it reads every function as 0, and then takes no LUN;
 *   <li>additional headers of its own making (it has no way to set them).
 * </ul>
 */
class JscsiInteropTest {
  private static final WireFormat PLAIN = WireFormat.LOGIN;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ASYNC_MESSAGE")
  void jscsiReadsOursAndWeReadWhatItWrites(Opcode opcode) throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    for (int i = 0; i < 20; i++) {
      long one = seed + i;
      try {
        byte[] ours = PduSamples.encode(PLAIN, sample(opcode, one));
        ProtocolDataUnit theirs = new ProtocolDataUnitFactory().create("None", "None");
        theirs.deserialize(ByteBuffer.wrap(ours));
        compare(theirs, sample(opcode, one));
        if (sample(opcode, one) instanceof TargetPdu.DataIn data
            && data.residual().kind() != Residual.Kind.NONE) {
          continue;
        }
        ByteBuffer serialized = theirs.serialize();
        serialized.rewind();
        byte[] back = new byte[ours.length];
        serialized.get(back);
        Pdu decoded = PduSamples.decode(PLAIN, opcode.sender(), back);
        PduSamples.assertSame(decoded, sample(opcode, one));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(opcode + " with seed " + one + "L", e);
      }
    }
  }

  /** When this fails, jSCSI has learned it, and the samples above should include it. */
  @Test
  void jscsiHasNoParserForAsynchronousMessages() {
    byte[] ours = PduSamples.encode(PLAIN, sample(Opcode.ASYNC_MESSAGE, 1));
    ProtocolDataUnit theirs = new ProtocolDataUnitFactory().create("None", "None");
    assertThatThrownBy(() -> theirs.deserialize(ByteBuffer.wrap(ours)))
        .isInstanceOf(NoSuchElementException.class);
  }

  /** Random where jSCSI takes any value, legal where it looks. */
  private static Pdu sample(Opcode opcode, long seed) {
    Random random = new Random(seed);
    int itt = random.nextInt(0x7FFF_FFFF);
    int ttt = random.nextInt(0x7FFF_FFFF);
    int cmdSn = random.nextInt();
    int expStatSn = random.nextInt();
    byte[] bytes = new byte[1 + random.nextInt(64)];
    random.nextBytes(bytes);
    DataSegment data = DataSegment.copyOf(bytes);
    DataSegment none = DataSegment.EMPTY;
    TargetPdu.Numbers numbers =
        new TargetPdu.Numbers(random.nextInt(), random.nextInt(), random.nextInt());
    boolean flip = random.nextBoolean();
    return switch (opcode) {
      case NOP_OUT -> new InitiatorPdu.NopOut(flip, 0, itt, -1, cmdSn, expStatSn, data);
      case SCSI_COMMAND ->
          new InitiatorPdu.ScsiCommand(
              flip,
              true,
              flip,
              !flip,
              random.nextInt(5),
              random.nextLong(),
              itt,
              random.nextInt(1 << 24),
              cmdSn,
              expStatSn,
              0,
              new Cdb(Arrays.copyOf(bytes, 16)),
              flip ? none : data);
      case TASK_MANAGEMENT_REQUEST ->
          new InitiatorPdu.TaskManagementRequest(
              flip, 0, 0, itt, ttt, cmdSn, expStatSn, cmdSn - 1, 0);
      case LOGIN_REQUEST ->
          new InitiatorPdu.LoginRequest(
              true,
              false,
              flip ? 0 : 1,
              flip ? 1 : 3,
              0,
              0,
              0x4000_0137_0000L | random.nextInt(1 << 16),
              flip ? 0 : 77,
              itt,
              random.nextInt(0x10000),
              cmdSn,
              expStatSn,
              data);
      case TEXT_REQUEST ->
          new InitiatorPdu.TextRequest(flip, true, false, 0, itt, -1, cmdSn, expStatSn, data);
      case DATA_OUT ->
          new InitiatorPdu.DataOut(
              flip,
              random.nextLong(),
              itt,
              ttt,
              expStatSn,
              random.nextInt(1 << 20),
              random.nextInt(1 << 24),
              data);
      case LOGOUT_REQUEST ->
          new InitiatorPdu.LogoutRequest(
              flip, flip ? 0 : 1 + random.nextInt(2), itt, flip ? 0 : 5, cmdSn, expStatSn);
      case SNACK_REQUEST ->
          new InitiatorPdu.SnackRequest(
              0, random.nextLong(), itt, -1, expStatSn, random.nextInt(99), random.nextInt(99));
      case NOP_IN -> new TargetPdu.NopIn(0, itt, -1, numbers, data);
      case SCSI_RESPONSE ->
          new TargetPdu.ScsiResponse(
              0,
              flip ? 0 : 2,
              itt,
              0,
              numbers,
              random.nextInt(99),
              Residual.NONE,
              Residual.of(100, random.nextInt(200)),
              flip ? none : TargetPdu.ScsiResponse.withSense(bytes));
      case TASK_MANAGEMENT_RESPONSE -> new TargetPdu.TaskManagementResponsePdu(0, itt, numbers);
      case LOGIN_RESPONSE ->
          new TargetPdu.LoginResponse(
              true,
              false,
              flip ? 0 : 1,
              flip ? 1 : 3,
              0,
              0,
              0x4000_0137_0000L | random.nextInt(1 << 16),
              77,
              itt,
              numbers,
              0,
              0,
              data);
      case TEXT_RESPONSE -> new TargetPdu.TextResponse(true, false, 0, itt, -1, numbers, data);
      case DATA_IN ->
          new TargetPdu.DataIn(
              true,
              false,
              flip ? TargetPdu.DataIn.Status.GOOD : TargetPdu.DataIn.Status.NONE,
              0,
              itt,
              -1,
              flip ? numbers : new TargetPdu.Numbers(0, cmdSn, expStatSn),
              random.nextInt(99),
              random.nextInt(1 << 24),
              flip ? Residual.of(100, random.nextInt(200)) : Residual.NONE,
              data);
      case LOGOUT_RESPONSE ->
          new TargetPdu.LogoutResponse(
              0, itt, numbers, random.nextInt(0x8000), random.nextInt(0x8000));
      case READY_TO_TRANSFER ->
          new TargetPdu.ReadyToTransfer(
              random.nextLong(),
              itt,
              ttt,
              numbers,
              random.nextInt(99),
              random.nextInt(1 << 24),
              1 + random.nextInt(1 << 24));
      case ASYNC_MESSAGE ->
          new TargetPdu.AsyncMessage(
              0, numbers, TargetPdu.AsyncMessage.LOGOUT_REQUESTED, 0, 0, 0, 5, none);
      case REJECT ->
          new TargetPdu.Reject(
              RejectReason.INVALID_PDU_FIELD.code(), numbers, 0, DataSegment.copyOf(new byte[48]));
    };
  }

  private static void compare(ProtocolDataUnit theirs, Pdu ours) {
    assertThat(theirs.getBasicHeaderSegment().getInitiatorTaskTag())
        .isEqualTo(ours.initiatorTaskTag());
    assertThat(theirs.getBasicHeaderSegment().getOpCode().value())
        .isEqualTo((byte) ours.opcode().code());
    assertThat(theirs.getBasicHeaderSegment().getDataSegmentLength())
        .isEqualTo(ours.data().length());
    AbstractMessageParser parser = theirs.getBasicHeaderSegment().getParser();
    switch (ours) {
      case InitiatorPdu initiator -> {
        InitiatorMessageParser p = (InitiatorMessageParser) parser;
        assertThat(p.getExpectedStatusSequenceNumber()).isEqualTo(initiator.expStatSn());
        if (initiator instanceof InitiatorPdu.Numbered numbered) {
          assertThat(p.getCommandSequenceNumber()).isEqualTo(numbered.cmdSn());
          assertThat(theirs.getBasicHeaderSegment().isImmediateFlag())
              .isEqualTo(numbered.immediate());
        }
        compareInitiator(p, initiator);
      }
      case TargetPdu target -> {
        TargetMessageParser p = (TargetMessageParser) parser;
        assertThat(p.getStatusSequenceNumber()).isEqualTo(target.numbers().statSn());
        assertThat(p.getExpectedCommandSequenceNumber()).isEqualTo(target.numbers().expCmdSn());
        assertThat(p.getMaximumCommandSequenceNumber()).isEqualTo(target.numbers().maxCmdSn());
        compareTarget(p, target);
      }
    }
  }

  private static void compareInitiator(InitiatorMessageParser parser, InitiatorPdu ours) {
    switch (ours) {
      case InitiatorPdu.NopOut nop -> {
        assertThat(((NOPOutParser) parser).getTargetTransferTag())
            .isEqualTo(nop.targetTransferTag());
        assertThat(parser.getLogicalUnitNumber()).isEqualTo(nop.lun());
      }
      case InitiatorPdu.ScsiCommand command -> {
        SCSICommandParser p = (SCSICommandParser) parser;
        assertThat(p.isReadExpectedFlag()).isEqualTo(command.read());
        assertThat(p.isWriteExpectedFlag()).isEqualTo(command.write());
        assertThat(p.getTaskAttributes().value()).isEqualTo((byte) command.attribute());
        assertThat(p.getExpectedDataTransferLength())
            .isEqualTo((int) command.expectedDataTransferLength());
        byte[] cdb = new byte[16];
        p.getCDB().get(0, cdb);
        assertThat(new Cdb(cdb)).hasToString(command.cdb().toString());
      }
      case InitiatorPdu.TaskManagementRequest request -> {
        TaskManagementFunctionRequestParser p = (TaskManagementFunctionRequestParser) parser;
        assertThat(p.getFunction().value()).isEqualTo((byte) request.function());
        assertThat(p.getReferencedTaskTag()).isEqualTo(request.referencedTaskTag());
        assertThat(p.getRefCmdSN()).isEqualTo(request.refCmdSn());
        assertThat(p.getExpDataSN()).isEqualTo(request.expDataSn());
      }
      case InitiatorPdu.LoginRequest login -> {
        LoginRequestParser p = (LoginRequestParser) parser;
        assertThat(p.isContinueFlag()).isEqualTo(login.continues());
        assertThat(p.getCurrentStageNumber().value()).isEqualTo((byte) login.currentStage());
        assertThat(p.getNextStageNumber().value()).isEqualTo((byte) login.nextStage());
        assertThat(p.getTargetSessionIdentifyingHandle()).isEqualTo((short) login.tsih());
        assertThat(p.getConnectionID() & 0xFFFF).isEqualTo(login.connectionId());
        assertThat(p.getMaxVersion()).isEqualTo((byte) login.versionMax());
        assertThat(p.getMinVersion()).isEqualTo((byte) login.versionMin());
      }
      case InitiatorPdu.TextRequest text -> {
        TextRequestParser p = (TextRequestParser) parser;
        assertThat(p.isContinueFlag()).isEqualTo(text.continues());
        assertThat(p.getTargetTransferTag()).isEqualTo(text.targetTransferTag());
      }
      case InitiatorPdu.DataOut data -> {
        DataOutParser p = (DataOutParser) parser;
        assertThat(p.getBufferOffset()).isEqualTo((int) data.bufferOffset());
        assertThat(p.getDataSequenceNumber()).isEqualTo(data.dataSn());
        assertThat(p.getTargetTransferTag()).isEqualTo(data.targetTransferTag());
      }
      case InitiatorPdu.LogoutRequest logout -> {
        LogoutRequestParser p = (LogoutRequestParser) parser;
        assertThat(p.getReasonCode().value()).isEqualTo((byte) logout.reason());
        assertThat(p.getConnectionID()).isEqualTo((short) logout.connectionId());
      }
      case InitiatorPdu.SnackRequest snack -> {
        SNACKRequestParser p = (SNACKRequestParser) parser;
        assertThat(p.getType().value()).isEqualTo((byte) snack.type());
        assertThat(p.getBegRun()).isEqualTo(snack.beginRun());
        assertThat(p.getRunLength()).isEqualTo((int) snack.runLength());
        assertThat(p.getTargetTransferTag()).isEqualTo(snack.targetTransferTag());
      }
    }
  }

  private static void compareTarget(TargetMessageParser parser, TargetPdu ours) {
    switch (ours) {
      case TargetPdu.NopIn nop ->
          assertThat(((NOPInParser) parser).getTargetTransferTag())
              .isEqualTo(nop.targetTransferTag());
      case TargetPdu.ScsiResponse response -> {
        SCSIResponseParser p = (SCSIResponseParser) parser;
        assertThat(p.getResponse().value()).isEqualTo((byte) response.response());
        assertThat(p.getStatus().value()).isEqualTo((byte) response.status());
        assertThat(p.getExpectedDataSequenceNumber()).isEqualTo(response.expDataSn());
        assertThat(p.getSNACKTag()).isEqualTo(response.snackTag());
        assertThat(p.isResidualOverflow())
            .isEqualTo(response.residual().kind() == Residual.Kind.OVERFLOW);
        assertThat(p.isResidualUnderflow())
            .isEqualTo(response.residual().kind() == Residual.Kind.UNDERFLOW);
        assertThat(p.getResidualCount()).isEqualTo((int) response.residual().count());
        assertThat(p.isBidirectionalReadResidualOverflow())
            .isEqualTo(response.bidirectionalRead().kind() == Residual.Kind.OVERFLOW);
        assertThat(p.getBidirectionalReadResidualCount())
            .isEqualTo((int) response.bidirectionalRead().count());
      }
      case TargetPdu.TaskManagementResponsePdu response ->
          assertThat(((TaskManagementFunctionResponseParser) parser).getResponse().value())
              .isEqualTo((byte) response.response());
      case TargetPdu.LoginResponse login -> {
        LoginResponseParser p = (LoginResponseParser) parser;
        assertThat(p.isContinueFlag()).isEqualTo(login.continues());
        assertThat(p.getCurrentStageNumber().value()).isEqualTo((byte) login.currentStage());
        assertThat(p.getNextStageNumber().value()).isEqualTo((byte) login.nextStage());
        assertThat(p.getTargetSessionIdentifyingHandle()).isEqualTo((short) login.tsih());
        assertThat(p.getStatus().value())
            .isEqualTo((short) (login.statusClass() << 8 | login.statusDetail()));
      }
      case TargetPdu.TextResponse text -> {
        TextResponseParser p = (TextResponseParser) parser;
        assertThat(p.isContinueFlag()).isEqualTo(text.continues());
        assertThat(p.getTargetTransferTag()).isEqualTo(text.targetTransferTag());
      }
      case TargetPdu.DataIn data -> {
        DataInParser p = (DataInParser) parser;
        assertThat(p.getBufferOffset()).isEqualTo((int) data.bufferOffset());
        assertThat(p.getDataSequenceNumber()).isEqualTo(data.dataSn());
        assertThat(p.isStatusFlag())
            .isEqualTo(data.status() instanceof TargetPdu.DataIn.Status.Present);
        assertThat(p.getResidualCount()).isEqualTo((int) data.residual().count());
        assertThat(p.isAcknowledgeFlag()).isEqualTo(data.acknowledge());
      }
      case TargetPdu.LogoutResponse logout -> {
        LogoutResponseParser p = (LogoutResponseParser) parser;
        assertThat(p.getResponse().value()).isEqualTo((byte) logout.response());
        assertThat(p.getTime2Wait()).isEqualTo((short) logout.time2Wait());
        assertThat(p.getTime2Retain()).isEqualTo((short) logout.time2Retain());
      }
      case TargetPdu.ReadyToTransfer r2t -> {
        Ready2TransferParser p = (Ready2TransferParser) parser;
        assertThat(p.getBufferOffset()).isEqualTo((int) r2t.bufferOffset());
        assertThat(p.getDesiredDataTransferLength())
            .isEqualTo((int) r2t.desiredDataTransferLength());
        assertThat(p.getReady2TransferSequenceNumber()).isEqualTo(r2t.r2tSn());
        assertThat(p.getTargetTransferTag()).isEqualTo(r2t.targetTransferTag());
      }
      case TargetPdu.AsyncMessage message ->
          throw new AssertionError("jSCSI does not parse " + message);
      case TargetPdu.Reject reject -> {
        RejectParser p = (RejectParser) parser;
        assertThat(p.getReasonCode().value()).isEqualTo((byte) reject.reason());
        assertThat(p.getDataSequenceNumber()).isEqualTo(reject.dataSn());
      }
    }
  }
}
