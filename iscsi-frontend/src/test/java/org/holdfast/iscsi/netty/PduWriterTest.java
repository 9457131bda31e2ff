package org.holdfast.iscsi.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.PduEncoder;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PDUs leave as the encoder makes them, in their order, and in how many pieces. */
class PduWriterTest {
  private static final int PDUS = 3000;

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
  private final NettyBufferAllocator allocator = new NettyBufferAllocator(memory);
  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private PduWriter writer;

  @BeforeEach
  void open() {
    channel.config().setAllocator(memory);
    writer = new PduWriter(channel.pipeline().firstContext());
  }

  @AfterEach
  void everythingWasGivenBack() {
    writer.close();
    var _ = channel.finishAndReleaseAll();
    assertThat(memory.metric().usedDirectMemory()).isZero();
  }

  private static TargetPdu.DataIn dataIn(int number, DataSegment data) {
    return new TargetPdu.DataIn(
        true,
        false,
        TargetPdu.DataIn.Status.GOOD,
        0,
        number,
        -1,
        RecordingLogic.NUMBERS,
        0,
        0,
        Residual.NONE,
        data);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private DataBuffer filled(byte[] content) {
    DataBuffer buffer = allocator.allocate(content.length);
    buffer.view(0, content.length).put(content);
    return buffer;
  }

  private int pieces() {
    writer.passAll();
    channel.flush();
    return channel.outboundMessages().size();
  }

  @Test
  void aBlockWithItsHeaderIsOnePiece() {
    writer.write(dataIn(1, DataSegment.owning(filled(new byte[4096]), 4096)));
    assertThat(pieces()).isEqualTo(1);
  }

  @Test
  void withDigestsToo() {
    writer.wireFormat(new WireFormat(Digest.CRC32C, Digest.CRC32C, 1 << 18));
    writer.write(dataIn(1, DataSegment.owning(filled(new byte[4095]), 4095)));
    assertThat(pieces()).isEqualTo(1);
  }

  @Test
  void theRoomAroundABufferIsGivenOnce() {
    DataBuffer buffer = filled(bytes(new Random(1), 4096));
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int number = 1; number <= 2; number++) {
      expected.writeBytes(
          new PduEncoder().encode(dataIn(number, DataSegment.slice(buffer, 0, 4096, () -> {}))));
      writer.write(dataIn(number, DataSegment.slice(buffer, 0, 4096, () -> {})));
    }
    buffer.release();
    assertThat(pieces()).isEqualTo(3);
    assertThat(Outbound.bytes(channel)).isEqualTo(expected.toByteArray());
  }

  @Test
  void theRoomIsNotPartOfTheData() {
    DataBuffer buffer = allocator.allocate(4096);
    assertThatThrownBy(() -> buffer.view(-1, 4096)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.view(1, 4096)).isInstanceOf(IndexOutOfBoundsException.class);
    buffer.release();
  }

  @ParameterizedTest
  @CsvSource({"NONE,NONE", "CRC32C,NONE", "NONE,CRC32C", "CRC32C,CRC32C"})
  void anySequenceIsWhatTheEncoderMakesOfIt(Digest header, Digest data) {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    System.out.println("PduWriterTest: -Dholdfast.seed=" + seed);
    Random random = new Random(seed);
    WireFormat format = new WireFormat(header, data, 1 << 18);
    writer.wireFormat(format);
    PduEncoder encoder = new PduEncoder();
    encoder.wireFormat(format);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int number = 0; number < PDUS; number++) {
      byte[] content = bytes(random, capacity(random));
      int offset = random.nextInt(4) > 0 ? 0 : random.nextInt(content.length + 1);
      int length = content.length - offset;
      length = random.nextInt(4) > 0 ? length : random.nextInt(length + 1);
      DataBuffer plain = new HeapDataBuffer(content.length);
      plain.view(0, content.length).put(content);
      expected.writeBytes(
          encoder.encode(dataIn(number, DataSegment.slice(plain, offset, length, () -> {}))));
      DataBuffer buffer = filled(content);
      writer.write(dataIn(number, DataSegment.slice(buffer, offset, length, buffer::release)));
      if (random.nextInt(8) == 0 || number == PDUS - 1) {
        assertThat(pieces()).isPositive();
        assertThat(Outbound.bytes(channel))
            .as("up to PDU %d", number)
            .isEqualTo(expected.toByteArray());
        expected.reset();
      }
    }
  }

  private static int capacity(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(1100);
      case 1 -> 4096;
      case 2 -> random.nextInt(20 << 10);
      default -> 512 * random.nextInt(80);
    };
  }
}
