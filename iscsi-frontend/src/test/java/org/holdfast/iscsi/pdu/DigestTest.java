package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.holdfast.iscsi.pdu.ProtocolViolation.Framing;
import org.holdfast.scsi.HeapDataBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A PDU with a wrong digest is never delivered. */
class DigestTest {
  private static final WireFormat BOTH = new WireFormat(Digest.CRC32C, Digest.CRC32C, 8192);

  /** The examples of RFC 7143 appendix A.4. */
  @ParameterizedTest
  @CsvSource({"zeros,aa36918a", "ones,43aba862", "up,4e79dd46", "down,5cdb3f11"})
  void examplesOfTheStandard(String pattern, String expected) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] =
          (byte)
              switch (pattern) {
                case "zeros" -> 0;
                case "ones" -> 0xFF;
                case "up" -> i;
                default -> 31 - i;
              };
    }
    Crc crc = new Crc();
    crc.add(ByteBuffer.wrap(bytes), 0, bytes.length);
    ByteBuffer wire = ByteBuffer.allocate(4);
    Crc.put(wire, crc.value());
    assertThat(HexFormat.of().formatHex(wire.array())).isEqualTo(expected);
    assertThat(Crc.get(wire)).isEqualTo(crc.value());
  }

  @Test
  void everyDamagedByteIsNoticed() {
    int pduLength = 48 + 4 + 24 + 4;
    for (int position = 0; position < pduLength; position++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = PduSamples.encode(BOTH, dataOut(21));
        assertThat(damaged).hasSize(pduLength);
        damaged[position] ^= (byte) (1 << bit);
        PduSamples.Received received = new PduSamples.Received();
        PduDecoder decoder = PduSamples.decoder(Opcode.Side.INITIATOR, BOTH, received);
        decoder.feed(ByteBuffer.wrap(damaged));
        String where = "byte " + position + " bit " + bit;
        assertThat(received.pdus).as(where).isEmpty();
        if (position >= 52) {
          assertThat(received.violations).as(where).hasSize(1);
          ProtocolViolation violation = received.violations.getFirst();
          assertThat(violation.reason()).as(where).isEqualTo(RejectReason.DATA_DIGEST_ERROR);
          assertThat(violation.framing()).as(where).isEqualTo(Framing.INTACT);
        }
        // A damaged TotalAHSLength makes the decoder wait for more; the next PDU brings the truth.
        decoder.feed(ByteBuffer.wrap(PduSamples.encode(BOTH, dataOut(2000))));
        assertThat(received.violations).as(where).hasSize(1);
        if (position >= 52) {
          assertThat(received.pdus).as(where).hasSize(1);
          assertThat(received.pdus.getFirst().data().length()).isEqualTo(2000);
        } else {
          assertThat(received.violations.getFirst().framing()).as(where).isEqualTo(Framing.LOST);
          assertThat(received.pdus).as(where).isEmpty();
        }
      }
    }
  }

  private static Pdu dataOut(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return new InitiatorPdu.DataOut(true, 0, 5, 6, 0, 0, 0, DataSegment.copyOf(bytes));
  }

  @Test
  void withoutDataThereIsNoDataDigest() {
    assertThat(PduSamples.encode(BOTH, dataOut(0))).hasSize(52);
  }

  @Test
  void theDataOfADamagedPduIsGivenBack() {
    byte[] damaged = PduSamples.encode(BOTH, dataOut(10));
    damaged[60] ^= 1;
    int[] released = new int[1];
    PduSamples.Received received = new PduSamples.Received();
    PduDecoder decoder =
        new PduDecoder(
            Opcode.Side.INITIATOR,
            (h, length) ->
                DataSegment.slice(new HeapDataBuffer(64), 3, length, () -> released[0]++),
            received);
    decoder.wireFormat(BOTH);
    decoder.feed(ByteBuffer.wrap(damaged));
    assertThat(received.violations).hasSize(1);
    assertThat(released[0]).isEqualTo(1);
  }
}
