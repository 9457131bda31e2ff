package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.HeapDataBuffer;

/** PDUs with random content, what a decoder made of bytes, and how two PDUs are compared. */
public final class PduSamples {
  private PduSamples() {}

  /** What came out of a decoder, in order: {@link Pdu} and {@link ProtocolViolation}. */
  public static final class Received implements PduDecoder.Receiver {
    public final List<Pdu> pdus = new ArrayList<>();
    public final List<ProtocolViolation> violations = new ArrayList<>();

    @Override
    public void onPdu(Pdu pdu) {
      pdus.add(pdu);
    }

    @Override
    public void onViolation(ProtocolViolation violation) {
      violations.add(violation);
    }
  }

  /** The sides' opcodes. */
  public static Stream<Opcode> sentBy(Opcode.Side side) {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.sender() == side);
  }

  public static PduDecoder decoder(Opcode.Side peer, WireFormat format, Received received) {
    PduDecoder decoder = new PduDecoder(peer, DataSink.allocating(HeapDataBuffer::new), received);
    decoder.wireFormat(format);
    return decoder;
  }

  public static byte[] encode(WireFormat format, Pdu pdu) {
    PduEncoder encoder = new PduEncoder();
    encoder.wireFormat(format);
    return encoder.encode(pdu);
  }

  /** Decodes one PDU that must be right. */
  public static Pdu decode(WireFormat format, Opcode.Side side, byte[] bytes) {
    Received received = new Received();
    decoder(side, format, received).feed(ByteBuffer.wrap(bytes));
    assertThat(received.violations).isEmpty();
    assertThat(received.pdus).hasSize(1);
    return received.pdus.getFirst();
  }

  /** Every field equal, CDB and data byte by byte. */
  public static void assertSame(Pdu actual, Pdu expected) {
    assertThat(actual)
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .withEqualsForType((a, b) -> a.toString().equals(b.toString()), Cdb.class)
        .withEqualsForType(
            (a, b) -> Arrays.equals(a.toByteArray(), b.toByteArray()), DataSegment.class)
        .isEqualTo(expected);
  }

  /** The same seed gives the same PDU. */
  public static Pdu random(Opcode opcode, Random random, int maxData) {
    long lun = random.nextLong();
    int itt = random.nextInt();
    int ttt = random.nextInt();
    int cmdSn = random.nextInt();
    int expStatSn = random.nextInt();
    TargetPdu.Numbers numbers =
        new TargetPdu.Numbers(random.nextInt(), random.nextInt(), random.nextInt());
    return switch (opcode) {
      case NOP_OUT ->
          new InitiatorPdu.NopOut(
              random.nextBoolean(), lun, itt, ttt, cmdSn, expStatSn, data(random, maxData));
      case SCSI_COMMAND -> {
        boolean read = random.nextBoolean();
        boolean write = random.nextBoolean();
        yield new InitiatorPdu.ScsiCommand(
            random.nextBoolean(),
            random.nextBoolean(),
            read,
            write,
            random.nextInt(8),
            lun,
            itt,
            u32(random),
            cmdSn,
            expStatSn,
            read && write ? u32(random) : 0,
            new Cdb(bytes(random, random.nextBoolean() ? 16 : 16 + random.nextInt(245))),
            data(random, maxData));
      }
      case TASK_MANAGEMENT_REQUEST ->
          new InitiatorPdu.TaskManagementRequest(
              random.nextBoolean(),
              random.nextInt(128),
              lun,
              itt,
              ttt,
              cmdSn,
              expStatSn,
              random.nextInt(),
              random.nextInt());
      case LOGIN_REQUEST ->
          new InitiatorPdu.LoginRequest(
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(4),
              random.nextInt(4),
              random.nextInt(256),
              random.nextInt(256),
              random.nextLong() >>> 16,
              random.nextInt(0x10000),
              itt,
              random.nextInt(0x10000),
              cmdSn,
              expStatSn,
              data(random, maxData));
      case TEXT_REQUEST ->
          new InitiatorPdu.TextRequest(
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextBoolean(),
              lun,
              itt,
              ttt,
              cmdSn,
              expStatSn,
              data(random, maxData));
      case DATA_OUT ->
          new InitiatorPdu.DataOut(
              random.nextBoolean(),
              lun,
              itt,
              ttt,
              expStatSn,
              random.nextInt(),
              u32(random),
              data(random, maxData));
      case LOGOUT_REQUEST ->
          new InitiatorPdu.LogoutRequest(
              random.nextBoolean(),
              random.nextInt(128),
              itt,
              random.nextInt(0x10000),
              cmdSn,
              expStatSn);
      case SNACK_REQUEST ->
          new InitiatorPdu.SnackRequest(
              random.nextInt(16), lun, itt, ttt, expStatSn, random.nextInt(), u32(random));
      case NOP_IN -> new TargetPdu.NopIn(lun, itt, ttt, numbers, data(random, maxData));
      case SCSI_RESPONSE ->
          new TargetPdu.ScsiResponse(
              random.nextInt(256),
              random.nextInt(256),
              itt,
              ttt,
              numbers,
              random.nextInt(),
              residual(random),
              residual(random),
              data(random, maxData));
      case TASK_MANAGEMENT_RESPONSE ->
          new TargetPdu.TaskManagementResponsePdu(random.nextInt(256), itt, numbers);
      case LOGIN_RESPONSE ->
          new TargetPdu.LoginResponse(
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(4),
              random.nextInt(4),
              random.nextInt(256),
              random.nextInt(256),
              random.nextLong() >>> 16,
              random.nextInt(0x10000),
              itt,
              numbers,
              random.nextInt(256),
              random.nextInt(256),
              data(random, maxData));
      case TEXT_RESPONSE ->
          new TargetPdu.TextResponse(
              random.nextBoolean(),
              random.nextBoolean(),
              lun,
              itt,
              ttt,
              numbers,
              data(random, maxData));
      case DATA_IN -> {
        boolean status = random.nextBoolean();
        yield new TargetPdu.DataIn(
            random.nextBoolean(),
            random.nextBoolean(),
            status
                ? new TargetPdu.DataIn.Status.Present(random.nextInt(256))
                : TargetPdu.DataIn.Status.NONE,
            lun,
            itt,
            ttt,
            numbers,
            random.nextInt(),
            u32(random),
            status ? residual(random) : Residual.NONE,
            data(random, maxData));
      }
      case LOGOUT_RESPONSE ->
          new TargetPdu.LogoutResponse(
              random.nextInt(256), itt, numbers, random.nextInt(0x10000), random.nextInt(0x10000));
      case READY_TO_TRANSFER ->
          new TargetPdu.ReadyToTransfer(
              lun, itt, ttt, numbers, random.nextInt(), u32(random), u32(random));
      case ASYNC_MESSAGE ->
          new TargetPdu.AsyncMessage(
              lun,
              numbers,
              random.nextInt(256),
              random.nextInt(256),
              random.nextInt(0x10000),
              random.nextInt(0x10000),
              random.nextInt(0x10000),
              data(random, maxData));
      case REJECT ->
          new TargetPdu.Reject(
              random.nextInt(256), numbers, random.nextInt(), data(random, maxData));
    };
  }

  private static DataSegment data(Random random, int max) {
    return DataSegment.copyOf(bytes(random, random.nextInt(max + 1)));
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static long u32(Random random) {
    return random.nextLong() >>> 32;
  }

  private static Residual residual(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> Residual.NONE;
      case 1 -> new Residual(Residual.Kind.OVERFLOW, u32(random));
      default -> new Residual(Residual.Kind.UNDERFLOW, u32(random));
    };
  }
}
