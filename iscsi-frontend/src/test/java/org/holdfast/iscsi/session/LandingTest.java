package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.Reject;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.pdu.TargetPdu.TaskManagementResponsePdu;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.FakeTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of a write goes from the stream to its place in the command's buffer, or nowhere. */
class LandingTest {
  private static final int HEADER = 48;
  private static final int TASK_SET_FULL = 0x28;

  private final World world = new World();

  private TestInitiator initiator(String... keys) {
    return new TestInitiator(world).loggedIn(keys);
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The buffers that were made since login. */
  private int[] sizes(int before) {
    return world.allocator.sizes.stream().skip(before).mapToInt(Integer::intValue).toArray();
  }

  @Test
  void solicitedDataNeedsNoOtherBuffer() {
    TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
    int before = world.allocator.sizes.size();
    byte[] data = random(1, 100_000);
    int tag = initiator.write(data.length, data.length, true, new byte[0]);
    initiator.answerR2ts(data, 8_192);
    assertThat(initiator.next(ScsiResponse.class).status()).isZero();
    assertThat(world.engine.written.get((long) tag)).isEqualTo(data);
    assertThat(sizes(before)).containsExactly(100_000);
    initiator.closeAndCountBuffers();
  }

  @Test
  void immediateDataComesIntoABufferForAllOfTheData() {
    TestInitiator initiator = initiator("InitialR2T=No");
    int before = world.allocator.sizes.size();
    byte[] data = random(2, 9_000);
    int tag = initiator.write(data.length, data.length, false, Arrays.copyOf(data, 1_000));
    initiator.dataOut(tag, -1, 0, 1_000, true, Arrays.copyOfRange(data, 1_000, 3_000));
    initiator.answerR2ts(data, 2_000);
    assertThat(initiator.next(ScsiResponse.class).status()).isZero();
    assertThat(world.engine.written.get((long) tag)).isEqualTo(data);
    assertThat(sizes(before)).containsExactly(9_000);
    initiator.closeAndCountBuffers();
  }

  @Test
  void anAnnouncedLengthAloneGetsNoMuchMemory() {
    TestInitiator initiator = initiator();
    int before = world.allocator.sizes.size();
    initiator.write(512, 0xFFFF_FFFFL, true, new byte[512]);
    assertThat(initiator.next(ScsiResponse.class).status()).isZero();
    assertThat(sizes(before)).containsExactly(512);
    initiator.closeAndCountBuffers();
  }

  /** How a Data-Out may not fit. */
  enum Misfit {
    DATA_SN,
    OFFSET,
    OFFSET_BEYOND,
    TOO_LONG,
    NO_FINAL,
    TRANSFER_TAG,
    UNSOLICITED,
    UNKNOWN_TASK
  }

  @ParameterizedTest
  @EnumSource
  void dataThatDoesNotFitIsWrittenNowhere(Misfit misfit) {
    TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
    int tag = initiator.write(4_096, 4_096, true, new byte[0]);
    int transfer = initiator.next(ReadyToTransfer.class).targetTransferTag();
    int before = world.allocator.sizes.size();
    byte[] data = new byte[4_096];
    Arrays.fill(data, (byte) 0x5A);
    byte[] pdu =
        initiator.encoded(
            switch (misfit) {
              case DATA_SN -> initiator.dataOutPdu(tag, transfer, 1, 0, true, data);
              case OFFSET ->
                  initiator.dataOutPdu(tag, transfer, 0, 4, true, Arrays.copyOf(data, 4_092));
              case OFFSET_BEYOND -> initiator.dataOutPdu(tag, transfer, 0, 1L << 31, true, data);
              case TOO_LONG ->
                  initiator.dataOutPdu(tag, transfer, 0, 0, true, Arrays.copyOf(data, 4_100));
              case NO_FINAL -> initiator.dataOutPdu(tag, transfer, 0, 0, false, data);
              case TRANSFER_TAG -> initiator.dataOutPdu(tag, transfer + 1, 0, 0, true, data);
              case UNSOLICITED -> initiator.dataOutPdu(tag, -1, 0, 0, true, data);
              case UNKNOWN_TASK -> initiator.dataOutPdu(tag + 1, transfer, 0, 0, true, data);
            });
    initiator.feed(Arrays.copyOf(pdu, pdu.length - 1));
    assertThat(world.allocator.last.duplicate().clear())
        .as("the command's buffer")
        .isEqualTo(ByteBuffer.allocate(4_096));
    initiator.feed(pdu[pdu.length - 1]);
    assertThat(sizes(before)).as("nor is there other memory for it").isEmpty();
    assertThat(world.engine.written).isEmpty();
    initiator.closeAndCountBuffers();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWrongDigestIsNotBelieved(boolean immediate) {
    TestInitiator initiator =
        initiator("DataDigest=CRC32C", "InitialR2T=Yes", "ImmediateData=" + yes(immediate));
    byte[] data = random(3, 4_096);
    byte[] pdu;
    if (immediate) {
      pdu =
          initiator.encoded(
              initiator.command(
                  initiator.tag(),
                  false,
                  true,
                  true,
                  4_096,
                  FakeTarget.cdb(FakeTarget.WRITE, 4_096),
                  data));
    } else {
      int tag = initiator.write(4_096, 4_096, true, new byte[0]);
      int transfer = initiator.next(ReadyToTransfer.class).targetTransferTag();
      pdu = initiator.encoded(initiator.dataOutPdu(tag, transfer, 0, 0, true, data));
    }
    pdu[HEADER + 77] ^= 1;
    initiator.feed(pdu);
    assertThat(initiator.next(Reject.class).reason()).isEqualTo(2);
    initiator.nothingSent();
    assertThat(initiator.outbox.closed).contains("data digest");
    assertThat(world.engine.written).isEmpty();
    initiator.closeAndCountBuffers();
  }

  private static String yes(boolean value) {
    return value ? "Yes" : "No";
  }

  /** Half of a Data-Out has landed; returns the other half. */
  private byte[] halfWay(TestInitiator initiator, int tag) {
    int transfer = initiator.next(ReadyToTransfer.class).targetTransferTag();
    DataOut whole = initiator.dataOutPdu(tag, transfer, 0, 0, true, random(4, 4_096));
    byte[] pdu = initiator.encoded(whole);
    initiator.feed(Arrays.copyOf(pdu, HEADER + 2_000));
    return Arrays.copyOfRange(pdu, HEADER + 2_000, pdu.length);
  }

  @Test
  void theEndOfAConnectionLeavesTheBufferToTheDecoder() {
    TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
    halfWay(initiator, initiator.write(4_096, 4_096, true, new byte[0]));
    initiator.connection.onClosed();
    assertThat(world.allocator.live).as("the decoder may write to it").isEqualTo(1);
    assertThat(world.node.dataOut().solicited().used()).isEqualTo(4_096);
    initiator.decoder.close();
    assertThat(world.allocator.live).isZero();
    assertThat(world.node.dataOut().solicited().used()).isZero();
  }

  @Test
  void anAbortLeavesTheBufferToTheDecoder() {
    TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
    int tag = initiator.write(4_096, 4_096, true, new byte[0]);
    byte[] rest = halfWay(initiator, tag);
    // On a wire it cannot come now; a reset by another initiator can.
    initiator.connection.onPdu(
        new TaskManagementRequest(
            true,
            TaskManagementRequest.ABORT_TASK,
            0,
            initiator.tag(),
            tag,
            initiator.cmdSn,
            initiator.expStatSn,
            initiator.cmdSn - 1,
            0));
    assertThat(initiator.next(TaskManagementResponsePdu.class).response()).isZero();
    assertThat(world.allocator.live).as("the decoder may write to it").isEqualTo(1);
    initiator.feed(rest);
    assertThat(world.allocator.live).isZero();
    initiator.nothingSent();
    assertThat(world.engine.written).isEmpty();
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.closeAndCountBuffers();
  }

  @Test
  void dataThatCameUnaskedIsRefusedWhenTheDaemonHasNoMemory() {
    World small = new World(Map.of(), SessionLimits.DEFAULT, 20_000);
    TestInitiator initiator = new TestInitiator(small).loggedIn("InitialR2T=No");
    small.engine.hold = true;
    int kept = initiator.write(6_000, 6_000, true, new byte[6_000]);
    int refused = initiator.write(6_000, 6_000, true, new byte[6_000]);
    ScsiResponse full = initiator.next(ScsiResponse.class);
    assertThat(full.initiatorTaskTag()).isEqualTo(refused);
    assertThat(full.status()).isEqualTo(TASK_SET_FULL);
    int inParts = initiator.write(12_000, 12_000, false, new byte[5_000]);
    initiator.dataOut(inParts, -1, 0, 5_000, true, new byte[4_000]);
    full = initiator.next(ScsiResponse.class);
    assertThat(full.initiatorTaskTag()).as("after its unsolicited data").isEqualTo(inParts);
    assertThat(full.status()).isEqualTo(TASK_SET_FULL);
    small.engine.go();
    assertThat(initiator.next(ScsiResponse.class).initiatorTaskTag()).isEqualTo(kept);
    small.engine.hold = false;
    initiator.write(6_000, 6_000, true, new byte[6_000]);
    assertThat(initiator.next(ScsiResponse.class).status()).isZero();
    assertThat(small.allocator.peakBytes).isLessThan(20_000);
    initiator.closeAndCountBuffers();
    assertThat(small.node.dataOut().unsolicited().used()).isZero();
  }
}
