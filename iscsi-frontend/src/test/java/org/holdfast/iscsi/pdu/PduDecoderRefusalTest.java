package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.holdfast.iscsi.pdu.ProtocolViolation.Framing;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.HeapDataBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile headers: refused before memory is given for them. */
class PduDecoderRefusalTest {
  private final List<Integer> allocations = new ArrayList<>();
  private final PduSamples.Received received = new PduSamples.Received();
  private final PduDecoder decoder =
      new PduDecoder(
          Opcode.Side.INITIATOR,
          (header, length) -> {
            allocations.add(length);
            return DataSegment.owning(new HeapDataBuffer(length), length);
          },
          received);

  private static ByteBuffer header(int opcode, int ahsWords, int dataLength) {
    return ByteBuffer.allocate(Bhs.LENGTH)
        .put(0, (byte) opcode)
        .putInt(4, ahsWords << 24 | dataLength);
  }

  private static byte[] nopOut() {
    return PduSamples.encode(
        WireFormat.LOGIN, new InitiatorPdu.NopOut(true, 0, 1, -1, 2, 3, DataSegment.EMPTY));
  }

  private ProtocolViolation onlyViolation() {
    assertThat(received.pdus).isEmpty();
    assertThat(received.violations).hasSize(1);
    return received.violations.getFirst();
  }

  private void assertDeaf() {
    decoder.feed(ByteBuffer.wrap(nopOut()));
    assertThat(received.pdus).isEmpty();
    assertThat(received.violations).hasSize(1);
    assertThat(allocations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 255})
  void tooManyAdditionalHeadersLoseTheFraming(int words) {
    ByteBuffer hostile = header(0x01, words, 0);
    decoder.feed(hostile.duplicate());
    ProtocolViolation violation = onlyViolation();
    assertThat(violation.framing()).isEqualTo(Framing.LOST);
    assertThat(violation.reason()).isEqualTo(RejectReason.PROTOCOL_ERROR);
    assertThat(violation.header()).isEqualTo(new Bhs(hostile));
    assertThat(violation.detail()).contains(String.valueOf(words * 4));
    assertDeaf();
  }

  @ParameterizedTest
  @ValueSource(ints = {8193, 0xFFFFFF, 0x800000})
  void aLoginLongerThanItMayBeIsRefusedBeforeAllocation(int length) {
    decoder.feed(header(0x43, 0, length));
    assertThat(onlyViolation().framing()).isEqualTo(Framing.LOST);
    assertThat(onlyViolation().detail()).contains(String.valueOf(length), "8192");
    assertDeaf();
  }

  @Test
  void theDeclaredLengthItselfIsAccepted() {
    decoder.feed(header(0x43, 0, 8192));
    assertThat(received.violations).isEmpty();
    assertThat(allocations).containsExactly(8192);
    decoder.feed(ByteBuffer.allocate(8192));
    assertThat(received.pdus).hasSize(1);
  }

  @Test
  void theLimitOfTheNewFormatHoldsFromTheNextPduOn() {
    ByteBuffer first = header(0x00, 0, 5000);
    decoder.feed(first.slice(0, 48));
    decoder.wireFormat(new WireFormat(Digest.CRC32C, Digest.CRC32C, 512));
    decoder.feed(ByteBuffer.allocate(5000));
    assertThat(received.pdus).hasSize(1);
    byte[] second =
        PduSamples.encode(
            new WireFormat(Digest.CRC32C, Digest.CRC32C, 512),
            new InitiatorPdu.NopOut(false, 0, 1, -1, 2, 3, DataSegment.copyOf(new byte[513])));
    decoder.feed(ByteBuffer.wrap(second));
    assertThat(received.pdus).hasSize(1);
    assertThat(received.violations.getFirst().detail()).contains("513", "512");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x07, 0x1C, 0x3E, 0x47})
  void anUnassignedOpcodeIsSkippedWithItsData(int opcode) {
    decoder.feed(header(opcode, 2, 5));
    decoder.feed(ByteBuffer.allocate(8 + 8));
    assertThat(onlyViolation().reason()).isEqualTo(RejectReason.COMMAND_NOT_SUPPORTED);
    assertThat(onlyViolation().framing()).isEqualTo(Framing.INTACT);
    assertThat(allocations).isEmpty();
    decoder.feed(ByteBuffer.wrap(nopOut()));
    assertThat(received.pdus).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void aPduOfTheOtherSideIsRefused(Opcode opcode) {
    byte[] bytes =
        PduSamples.encode(WireFormat.LOGIN, PduSamples.random(opcode, new Random(1), 20));
    decoder.feed(ByteBuffer.wrap(bytes));
    if (opcode.sender() == Opcode.Side.TARGET) {
      assertThat(onlyViolation().reason()).isEqualTo(RejectReason.COMMAND_NOT_SUPPORTED);
    } else {
      assertThat(received.violations).isEmpty();
      assertThat(received.pdus).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TASK_MANAGEMENT_REQUEST", "LOGOUT_REQUEST", "SNACK_REQUEST"})
  void dataWhereNoneBelongsIsSkippedAndRefused(Opcode opcode) {
    decoder.feed(header(opcode.code(), 0, 4096));
    decoder.feed(ByteBuffer.allocate(4096).put(0, (byte) 0x55));
    assertThat(onlyViolation().reason()).isEqualTo(RejectReason.INVALID_PDU_FIELD);
    assertThat(allocations).isEmpty();
    decoder.feed(ByteBuffer.wrap(nopOut()));
    assertThat(received.pdus).hasSize(1);
  }

  @Test
  void additionalHeadersBelongToCommandsOnly() {
    decoder.feed(header(0x05, 1, 0));
    decoder.feed(ByteBuffer.allocate(4));
    assertThat(onlyViolation().reason()).isEqualTo(RejectReason.INVALID_PDU_FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fffe0100", "00050100", "00000100", "00040200 00000000", "00060200 00000000"})
  void additionalHeadersThatContradictThemselvesAreRefused(String hex) {
    byte[] ahs = HexFormat.of().parseHex(hex.replace(" ", ""));
    decoder.feed(header(0x01, ahs.length / 4, 0));
    decoder.feed(ByteBuffer.wrap(ahs));
    assertThat(onlyViolation().reason()).isEqualTo(RejectReason.INVALID_PDU_FIELD);
    assertThat(onlyViolation().framing()).isEqualTo(Framing.INTACT);
  }

  @Test
  void anUnknownAdditionalHeaderIsSteppedOver() {
    ByteBuffer command = header(0x01, 5, 0);
    command.put(1, (byte) 0x60);
    decoder.feed(command);
    // Type 0x3F with 4 bytes and padding, then the bidirectional read length.
    decoder.feed(
        ByteBuffer.wrap(
            HexFormat.of().parseHex("00053f00aabbccdd" + "0005020000001234" + "0001" + "3e00")));
    assertThat(received.violations).isEmpty();
    InitiatorPdu.ScsiCommand decoded = (InitiatorPdu.ScsiCommand) received.pdus.getFirst();
    assertThat(decoded.bidirectionalReadLength()).isEqualTo(0x1234);
    assertThat(decoded.cdb().length()).isEqualTo(16);
  }

  @Test
  void theLongestCdbFits() {
    byte[] cdb = new byte[260];
    cdb[0] = 0x7F;
    cdb[259] = 0x42;
    byte[] bytes =
        PduSamples.encode(
            WireFormat.LOGIN,
            new InitiatorPdu.ScsiCommand(
                false, true, true, true, 1, 0, 1, 10, 2, 3, 20, new Cdb(cdb), DataSegment.EMPTY));
    assertThat(bytes).hasSize(Bhs.LENGTH + PduDecoder.MAX_AHS);
    decoder.feed(ByteBuffer.wrap(bytes));
    InitiatorPdu.ScsiCommand decoded = (InitiatorPdu.ScsiCommand) received.pdus.getFirst();
    assertThat(decoded.cdb().length()).isEqualTo(260);
    assertThat(decoded.cdb().u8(259)).isEqualTo(0x42);
  }

  @Test
  void closingGivesBackHalfADataSegment() {
    HeapDataBuffer buffer = new HeapDataBuffer(100);
    PduDecoder half =
        new PduDecoder(
            Opcode.Side.INITIATOR, (h, length) -> DataSegment.owning(buffer, length), received);
    half.feed(header(0x05, 0, 100));
    half.feed(ByteBuffer.allocate(50));
    half.close();
    half.close();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> buffer.view(0, 1))
        .hasMessageContaining("after its release");
  }
}
