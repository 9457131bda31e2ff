package org.holdfast.iscsi.pdu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exchanges between the daemon and an initiator that shares no code with it, as they went over the
 * wire. Files in {@code captures}: a line {@code > hex} for each PDU of the initiator, {@code <
 * hex} for each of the target. The system tests write new ones to {@code
 * src-test-vms/target/captures}.
 */
class CapturedExchangesTest {
  private static final Path CAPTURES = Path.of("src", "test", "resources", "captures");

  /** What the captured sessions declared is at most this. */
  private static final WireFormat FORMAT = new WireFormat(Digest.NONE, Digest.NONE, 262_144);

  static List<Path> captures() throws IOException {
    try (Stream<Path> files = Files.list(CAPTURES)) {
      return files.filter(file -> file.toString().endsWith(".hex")).sorted().toList();
    }
  }

  @Test
  void thereAreCaptures() throws IOException {
    assertThat(captures()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void oneByteAtATimeGivesWhatTheWholeGives(Path capture) throws IOException {
    for (Opcode.Side side : Opcode.Side.values()) {
      List<byte[]> units = sentBy(side, capture);
      byte[] stream = concatenated(units);
      PduSamples.Received whole = decode(side, stream, stream.length);
      PduSamples.Received bytes = decode(side, stream, 1);
      assertThat(whole.violations).isEmpty();
      assertThat(bytes.violations).isEmpty();
      assertThat(whole.pdus).as("PDUs of " + side).hasSameSizeAs(units);
      assertThat(bytes.pdus).as("PDUs of " + side).hasSameSizeAs(units);
      for (int i = 0; i < units.size(); i++) {
        PduSamples.assertSame(bytes.pdus.get(i), whole.pdus.get(i));
      }
    }
  }

  /** What was decoded is encoded to the bytes that were captured. */
  @ParameterizedTest
  @MethodSource("captures")
  void encodingGivesTheCapturedBytes(Path capture) throws IOException {
    for (Opcode.Side side : Opcode.Side.values()) {
      for (byte[] unit : sentBy(side, capture)) {
        Pdu pdu = PduSamples.decode(FORMAT, side, unit);
        assertThat(HexFormat.of().formatHex(PduSamples.encode(FORMAT, pdu)))
            .as(pdu.toString())
            .isEqualTo(HexFormat.of().formatHex(unit));
      }
    }
  }

  private static PduSamples.Received decode(Opcode.Side side, byte[] stream, int piece) {
    PduSamples.Received received = new PduSamples.Received();
    PduDecoder decoder = PduSamples.decoder(side, FORMAT, received);
    for (int at = 0; at < stream.length; at += piece) {
      decoder.feed(ByteBuffer.wrap(stream, at, piece).slice());
    }
    return received;
  }

  private static List<byte[]> sentBy(Opcode.Side side, Path capture) throws IOException {
    String mark = side == Opcode.Side.INITIATOR ? "> " : "< ";
    List<byte[]> units = new ArrayList<>();
    for (String line : Files.readAllLines(capture)) {
      if (line.startsWith(mark)) {
        units.add(HexFormat.of().parseHex(line.substring(mark.length())));
      }
    }
    return units;
  }

  private static byte[] concatenated(List<byte[]> units) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    units.forEach(stream::writeBytes);
    return stream.toByteArray();
  }
}
