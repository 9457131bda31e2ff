package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is encoded comes back, whatever the pieces in which it arrives. */
class PduRoundTripTest {
  private static final List<WireFormat> FORMATS =
      List.of(
          WireFormat.LOGIN,
          new WireFormat(Digest.CRC32C, Digest.NONE, 4096),
          new WireFormat(Digest.NONE, Digest.CRC32C, 4096),
          new WireFormat(Digest.CRC32C, Digest.CRC32C, 4096));

  @ParameterizedTest
  @EnumSource
  void everyPduSurvivesEncodingAndDecoding(Opcode opcode) {
    long seed = ThreadLocalRandom.current().nextLong();
    for (int round = 0; round < 100; round++) {
      WireFormat format = FORMATS.get(round % FORMATS.size());
      long one = seed + round;
      byte[] bytes = PduSamples.encode(format, PduSamples.random(opcode, new Random(one), 100));
      Pdu decoded = PduSamples.decode(format, opcode.sender(), bytes);
      try {
        PduSamples.assertSame(decoded, PduSamples.random(opcode, new Random(one), 100));
      } catch (AssertionError e) {
        throw new AssertionError(opcode + " with seed " + one + "L, " + format, e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneByteAtATimeGivesTheSame(Opcode.Side side) {
    long seed = ThreadLocalRandom.current().nextLong();
    for (WireFormat format : FORMATS) {
      feedInPieces(side, format, seed, new Random(seed), 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomSplitsGiveTheSame(Opcode.Side side) {
    long seed = ThreadLocalRandom.current().nextLong();
    Random splits = new Random(seed);
    for (int round = 0; round < 40; round++) {
      feedInPieces(side, FORMATS.get(round % FORMATS.size()), seed + round, splits, 200);
    }
  }

  private static void feedInPieces(
      Opcode.Side side, WireFormat format, long seed, Random splits, int longest) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<Pdu> expected = new ArrayList<>();
    PduSamples.sentBy(side)
        .forEach(
            opcode -> {
              long one = seed + opcode.code();
              byte[] bytes =
                  PduSamples.encode(format, PduSamples.random(opcode, new Random(one), 50));
              stream.writeBytes(bytes);
              expected.add(PduSamples.random(opcode, new Random(one), 50));
            });
    PduSamples.Received received = new PduSamples.Received();
    PduDecoder decoder = PduSamples.decoder(side, format, received);
    ByteBuffer bytes = ByteBuffer.wrap(stream.toByteArray());
    while (bytes.hasRemaining()) {
      int count = Math.min(1 + splits.nextInt(longest), bytes.remaining());
      decoder.feed(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
    }
    String context = "seed " + seed + "L, " + format;
    assertThat(received.violations).as(context).isEmpty();
    assertThat(received.pdus).as(context).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      PduSamples.assertSame(received.pdus.get(i), expected.get(i));
    }
  }

  @Test
  void directBuffersAreReadLikeHeapBuffers() {
    byte[] bytes =
        PduSamples.encode(FORMATS.get(3), PduSamples.random(Opcode.DATA_OUT, new Random(5), 4000));
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    PduSamples.Received received = new PduSamples.Received();
    PduSamples.decoder(Opcode.Side.INITIATOR, FORMATS.get(3), received).feed(direct);
    PduSamples.assertSame(
        received.pdus.getFirst(), PduSamples.random(Opcode.DATA_OUT, new Random(5), 4000));
    assertThat(direct.hasRemaining()).isFalse();
  }
}
