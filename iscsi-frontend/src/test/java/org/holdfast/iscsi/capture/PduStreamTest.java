package org.holdfast.iscsi.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.PduDecoder;
import org.holdfast.iscsi.pdu.PduSamples;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PduStreamTest {
  /** A login request with part of a text. */
  static byte[] login(String text, boolean continues) {
    return PduSamples.encode(
        WireFormat.LOGIN,
        new InitiatorPdu.LoginRequest(
            false, continues, 0, 0, 0, 0, 42, 0, 7, 1, 1, 1, bytes(text)));
  }

  private static DataSegment bytes(String text) {
    return DataSegment.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String shown(byte[] stream, int cut) {
    PduStream pdus = new PduStream();
    byte[] first = java.util.Arrays.copyOf(stream, cut);
    byte[] second = java.util.Arrays.copyOfRange(stream, cut, stream.length);
    pdus.walk(ByteBuffer.wrap(first.clone()), first);
    pdus.walk(ByteBuffer.wrap(second.clone()), second);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toString(StandardCharsets.ISO_8859_1);
  }

  /** Wherever the pieces end, and though key and value span two PDUs. */
  @Test
  void responsesAndChallengesAreHiddenAtTheirLength() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(login("CHAP_N=alice\0CHAP_R=0xdeadbeef\0CHAP_I=1\0CHAP_C=0bQUJD\0", false));
    stream.writeBytes(login("AuthMethod=CHAP\0CHA", true));
    stream.writeBytes(login("P_R=0xcafe", true));
    stream.writeBytes(login("babe\0chap_r=0xbabecafe", false));
    stream.writeBytes(login("InitiatorAlias=CHAP_R=0x12\0", false));
    byte[] all = stream.toByteArray();
    for (int cut = 0; cut <= all.length; cut++) {
      String shown = shown(all, cut);
      assertThat(shown).hasSize(all.length);
      assertThat(shown)
          .as("cut at %d", cut)
          .contains("CHAP_N=alice\0CHAP_R=**********\0CHAP_I=1\0CHAP_C=******\0")
          .contains("AuthMethod=CHAP\0CHA", "P_R=******", "****\0chap_r=**********")
          .contains("InitiatorAlias=CHAP_R=0x12\0")
          .doesNotContain("dead", "cafe", "babe", "QUJD");
    }
  }

  /** A value without an end ends with its text, and the next text is a new one. */
  @Test
  void aTextEndsWithThePduThatDoesNotContinueIt() {
    PduStream pdus = new PduStream();
    pdus.walk(ByteBuffer.wrap(login("CHAP_R=0x12", false)), null);
    assertThat(pdus.hasSpoken()).isTrue();
    byte[] next = login("TargetName=x\0", false);
    pdus.walk(ByteBuffer.wrap(next.clone()), next);
    assertThat(next).isEqualTo(login("TargetName=x\0", false));
  }

  @Test
  void theInitiatorIsKnownWhenItsNameIsComplete() {
    PduStream pdus = new PduStream();
    byte[] one = login("SessionType=Normal\0InitiatorName=iqn.2026-11.org.exa", true);
    byte[] two = login("mple:a\0TargetName=b\0", false);
    pdus.walk(ByteBuffer.wrap(one), null);
    assertThat(pdus.initiatorName()).isEmpty();
    assertThat(pdus.hasSpoken()).isFalse();
    pdus.walk(ByteBuffer.wrap(two), null);
    assertThat(pdus.initiatorName()).contains("iqn.2026-11.org.example:a");
  }

  /** After the login text is data, and data may look like anything. */
  @Test
  void nothingIsHiddenInTheFullFeaturePhase() {
    PduStream pdus = new PduStream();
    pdus.fullFeaturePhase(WireFormat.LOGIN);
    byte[] written =
        PduSamples.encode(
            WireFormat.LOGIN, new InitiatorPdu.NopOut(true, 0, 1, -1, 2, 3, bytes("CHAP_R=0x1\0")));
    byte[] shown = written.clone();
    pdus.walk(ByteBuffer.wrap(written), shown);
    assertThat(shown).isEqualTo(written);
  }

  private static byte[] pdu(WireFormat format, Random random, int tag) {
    byte[] data = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(200)];
    random.nextBytes(data);
    return PduSamples.encode(
        format, new InitiatorPdu.NopOut(true, 0, tag, -1, 2, 3, DataSegment.copyOf(data)));
  }

  /**
   * Somebody who begins to follow anywhere in a stream finds the next PDU where it really is: what
   * the decoder says of the unfinished one is right in every state.
   */
  @ParameterizedTest
  @EnumSource(Digest.class)
  void whoComesLateFindsTheNextPdu(Digest digest) {
    WireFormat format = new WireFormat(digest, digest, 8192);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    List<Integer> begins = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      begins.add(stream.size());
      stream.writeBytes(pdu(format, random, i));
    }
    byte[] all = stream.toByteArray();
    for (int late = 0; late < begins.getLast(); late++) {
      PduDecoder decoder =
          PduSamples.decoder(Opcode.Side.INITIATOR, format, new PduSamples.Received());
      decoder.feed(ByteBuffer.wrap(all, 0, late));
      PduDecoder.Unfinished unfinished = decoder.unfinished();
      int headerBegins = late - unfinished.header().remaining();
      PduStream pdus = new PduStream();
      pdus.fullFeaturePhase(format);
      pdus.skip(unfinished.missing());
      int at = late;
      if (unfinished.header().hasRemaining()) {
        assertThat(begins).as("seed %d, late by %d", seed, late).contains(headerBegins);
        assertThat(pdus.walk(unfinished.header(), null)).isZero();
        at = following(begins, headerBegins + 1);
        assertThat(pdus.walk(ByteBuffer.wrap(all, late, at - late), null)).isEqualTo(-1);
      }
      int expected = following(begins, at);
      assertThat(pdus.walk(ByteBuffer.wrap(all, at, all.length - at), null))
          .as("seed %d, %s, late by %d", seed, unfinished, late)
          .isEqualTo(expected - at);
    }
  }

  private static int following(List<Integer> begins, int at) {
    return begins.stream().filter(begin -> begin >= at).findFirst().orElseThrow();
  }

  @Test
  void answersAreReadTheSameWay() {
    byte[] answer =
        PduSamples.encode(
            WireFormat.LOGIN,
            new TargetPdu.LoginResponse(
                false,
                false,
                0,
                0,
                0,
                0,
                42,
                1,
                7,
                new TargetPdu.Numbers(1, 1, 1),
                0,
                0,
                bytes("CHAP_C=0x01\0CHAP_R=2\0")));
    byte[] shown = answer.clone();
    new PduStream().walk(ByteBuffer.wrap(answer), shown);
    assertThat(new String(shown, StandardCharsets.ISO_8859_1)).contains("CHAP_C=****\0CHAP_R=*\0");
  }
}
