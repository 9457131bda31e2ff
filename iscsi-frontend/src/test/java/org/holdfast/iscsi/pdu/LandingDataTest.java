package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.holdfast.scsi.DataBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data that the transport reads to its place, in the middle of a PDU. */
class LandingDataTest {
  private static final WireFormat DIGESTS = new WireFormat(Digest.CRC32C, Digest.CRC32C, 1 << 20);
  private static final int HEADER = 48 + 4;
  private static final int LENGTH = 40_001;
  private static final int PADDING = 3;

  private final byte[] data = new byte[LENGTH];
  private final ByteBuffer memory = ByteBuffer.allocateDirect(2 * LENGTH);
  private final PduSamples.Received received = new PduSamples.Received();
  private final PduDecoder decoder =
      new PduDecoder(
          Opcode.Side.INITIATOR,
          (header, length) -> DataSegment.slice(new InMemory(), 5, length, () -> {}),
          received);
  private byte[] pdu = {};

  private final class InMemory implements DataBuffer {
    @Override
    public int capacity() {
      return memory.capacity();
    }

    @Override
    public ByteBuffer view(int offset, int length) {
      return memory.slice(offset, length);
    }

    @Override
    public void release() {}
  }

  @BeforeEach
  void aDataOut() {
    new Random(11).nextBytes(data);
    pdu =
        PduSamples.encode(
            DIGESTS, new InitiatorPdu.DataOut(true, 0, 5, 6, 0, 0, 0, DataSegment.copyOf(data)));
    decoder.wireFormat(DIGESTS);
  }

  private void feed(int from, int to) {
    decoder.feed(ByteBuffer.wrap(pdu, from, to - from));
  }

  /** As a channel does: reads {@code count} bytes of the stream to where they belong. */
  private void land(int from, int count) {
    ByteBuffer place = decoder.landing(1);
    assertThat(place).isNotNull();
    place.put(0, pdu, from, count);
    decoder.landed(count);
  }

  @Test
  void dataLandsInPartsAndIsCheckedByItsDigest() {
    feed(0, HEADER + 1_000);
    assertThat(decoder.landing(LENGTH - 999)).as("not worthwhile").isNull();
    assertThat(decoder.landing(LENGTH - 1_000).remaining()).isEqualTo(LENGTH - 1_000);
    land(HEADER + 1_000, 20_000);
    feed(HEADER + 21_000, HEADER + 22_000);
    land(HEADER + 22_000, LENGTH - 22_000);
    assertThat(decoder.landing(1)).as("padding and digest are missing").isNull();
    assertThat(received.pdus).isEmpty();
    feed(HEADER + LENGTH, pdu.length);
    assertThat(received.violations).isEmpty();
    assertThat(received.pdus).hasSize(1);
    assertThat(received.pdus.getFirst().data().toByteArray()).isEqualTo(data);
  }

  @Test
  void withoutPaddingAndDigestThePduIsCompleteAtOnce() {
    WireFormat plain = new WireFormat(Digest.NONE, Digest.NONE, 1 << 20);
    byte[] whole = Arrays.copyOf(data, LENGTH + PADDING);
    pdu =
        PduSamples.encode(
            plain, new InitiatorPdu.DataOut(true, 0, 5, 6, 0, 0, 0, DataSegment.copyOf(whole)));
    decoder.wireFormat(plain);
    feed(0, 48);
    land(48, whole.length);
    assertThat(received.pdus.getFirst().data().toByteArray()).isEqualTo(whole);
  }

  @Test
  void dataThatWasDamagedOnItsWayIsRefused() {
    pdu[HEADER + 30_000] ^= 1;
    feed(0, HEADER);
    land(HEADER, LENGTH);
    feed(HEADER + LENGTH, pdu.length);
    assertThat(received.pdus).isEmpty();
    assertThat(received.violations.getFirst().reason()).isEqualTo(RejectReason.DATA_DIGEST_ERROR);
  }

  @Test
  void nothingLandsOutsideOfData() {
    assertThat(decoder.landing(1)).as("no PDU").isNull();
    feed(0, 20);
    assertThat(decoder.landing(1)).as("half a header").isNull();
    assertThatThrownBy(() -> decoder.landed(1)).isInstanceOf(IllegalStateException.class);
    feed(20, HEADER + 10);
    assertThatThrownBy(() -> decoder.landed(LENGTH)).isInstanceOf(IllegalStateException.class);
    decoder.close();
    assertThat(decoder.landing(1)).as("after the end").isNull();
  }
}
