package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.iscsi.pdu.TargetPdu.DataIn;
import org.holdfast.iscsi.pdu.TargetPdu.NopIn;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.FakeTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7143 clauses 4.2.5, 11.3, 11.4, 11.7 and 11.8: how the data of commands moves. */
class DataTransferTest {
  private final World world = new World();

  private TestInitiator initiator(String... keys) {
    return new TestInitiator(world).loggedIn(keys);
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void good(TestInitiator initiator, int tag, Residual residual) {
    ScsiResponse response = initiator.next(ScsiResponse.class);
    assertThat(response.initiatorTaskTag()).isEqualTo(tag);
    assertThat(response.response()).isZero();
    assertThat(response.status()).isZero();
    assertThat(response.residual()).isEqualTo(residual);
  }

  private byte[] written(int tag) {
    return world.engine.written.get(Integer.toUnsignedLong(tag));
  }

  // ---- Writes.

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  /** Every mix of InitialR2T, ImmediateData, burst and segment lengths brings the same bytes. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverWasAgreedTheDataArrives(int seed) {
    Random random = new Random(seed);
    boolean initialR2t = random.nextBoolean();
    boolean immediateData = random.nextBoolean();
    int maxBurst = 512 + random.nextInt(20_000);
    int firstBurst = 512 + random.nextInt(20_000);
    int outstanding = 1 + random.nextInt(10);
    TestInitiator initiator =
        initiator(
            "InitialR2T=" + (initialR2t ? "Yes" : "No"),
            "ImmediateData=" + (immediateData ? "Yes" : "No"),
            "MaxBurstLength=" + maxBurst,
            "FirstBurstLength=" + firstBurst,
            "MaxOutstandingR2T=" + outstanding);
    int first = Math.min(firstBurst, maxBurst);
    for (int round = 0; round < 20; round++) {
      byte[] data = random(random, 1 + random.nextInt(70_000));
      int segment = 512 + random.nextInt(9_000);
      int immediate =
          immediateData ? Math.min(data.length, random.nextInt(Math.min(first, segment) + 1)) : 0;
      int unsolicited =
          initialR2t || random.nextBoolean() ? immediate : Math.min(first, data.length);
      int tag =
          initiator.write(
              data.length, data.length, unsolicited == immediate, Arrays.copyOf(data, immediate));
      int dataSn = 0;
      for (int at = immediate; at < unsolicited; at += segment) {
        initiator.nothingSent();
        int end = Math.min(unsolicited, at + segment);
        initiator.dataOut(
            tag, -1, dataSn++, at, end == unsolicited, Arrays.copyOfRange(data, at, end));
      }
      long open =
          initiator.outbox.sent.stream().filter(s -> s.pdu() instanceof ReadyToTransfer).count();
      assertThat(open).as("open R2Ts").isLessThanOrEqualTo(Math.min(outstanding, 8));
      initiator.answerR2ts(data, segment);
      good(initiator, tag, Residual.NONE);
      assertThat(written(tag)).isEqualTo(data);
      initiator.nothingSent();
    }
    initiator.closeAndCountBuffers();
  }

  @Test
  void r2tsAreNumberedAndCutToMaxBurst() {
    TestInitiator initiator =
        initiator(
            "InitialR2T=Yes", "ImmediateData=No", "MaxBurstLength=1024", "MaxOutstandingR2T=2");
    int tag = initiator.write(2560, 2560, true, new byte[0]);
    ReadyToTransfer first = initiator.next(ReadyToTransfer.class);
    ReadyToTransfer second = initiator.next(ReadyToTransfer.class);
    initiator.nothingSent();
    assertThat(first.r2tSn()).isZero();
    assertThat(second.r2tSn()).isEqualTo(1);
    assertThat(second.bufferOffset()).isEqualTo(1024);
    assertThat(first.targetTransferTag()).isNotEqualTo(second.targetTransferTag());
    assertThat(first.numbers().statSn()).as("not used up").isEqualTo(second.numbers().statSn());
    initiator.dataOut(tag, first.targetTransferTag(), 0, 0, true, new byte[1024]);
    ReadyToTransfer third = initiator.next(ReadyToTransfer.class);
    assertThat(third.desiredDataTransferLength()).isEqualTo(512);
    initiator.dataOut(tag, second.targetTransferTag(), 0, 1024, true, new byte[1024]);
    initiator.dataOut(tag, third.targetTransferTag(), 0, 2048, false, new byte[500]);
    initiator.dataOut(tag, third.targetTransferTag(), 1, 2548, true, new byte[12]);
    ScsiResponse response = initiator.next(ScsiResponse.class);
    assertThat(response.expDataSn()).as("three R2Ts").isEqualTo(3);
    assertThat(response.numbers().statSn()).isEqualTo(third.numbers().statSn());
  }

  @Test
  void immediateDataReachesTheEngineUncopied() {
    TestInitiator initiator = initiator();
    world.engine.hold = true;
    int before = world.allocator.live;
    initiator.write(4096, 4096, true, new byte[4096]);
    assertThat(world.allocator.live - before).as("the segment itself").isEqualTo(1);
    initiator.closeAndCountBuffers();
  }

  @ParameterizedTest
  @CsvSource({
    // wanted by the command, expected by the initiator, kind, count
    "512, 512, NONE, 0",
    "512, 1024, UNDERFLOW, 512",
    "1024, 512, OVERFLOW, 512",
    "512, 0, OVERFLOW, 512",
    "512, 200, OVERFLOW, 312",
    "512, 10000, UNDERFLOW, 9488",
    "0, 512, UNDERFLOW, 512",
  })
  void residualsOfWrites(int wanted, int expected, Residual.Kind kind, int count) {
    byte[] data = random(new Random(1), expected);
    byte[] kept = Arrays.copyOf(data, Math.min(wanted, expected));

    TestInitiator asked = initiator("InitialR2T=Yes", "ImmediateData=No");
    int tag = asked.write(wanted, expected, true, new byte[0]);
    asked.answerR2ts(data, 256);
    good(asked, tag, new Residual(kind, count));
    assertThat(written(tag)).isEqualTo(kept);
    asked.closeAndCountBuffers();

    TestInitiator pushed = initiator("InitialR2T=No", "ImmediateData=Yes");
    int half = expected / 2;
    int other = pushed.write(wanted, expected, expected == 0, Arrays.copyOf(data, half));
    if (expected > 0) {
      pushed.nothingSent();
      pushed.dataOut(other, -1, 0, half, true, Arrays.copyOfRange(data, half, expected));
    }
    good(pushed, other, new Residual(kind, count));
    assertThat(written(other)).as("what is too much is swallowed").isEqualTo(kept);
    pushed.closeAndCountBuffers();
  }

  @Test
  void aRefusedWriteIsAnsweredAfterItsUnsolicitedData() {
    TestInitiator initiator = initiator("InitialR2T=No");
    int tag = initiator.tag();
    initiator.send(
        initiator.command(
            tag, false, true, false, 1024, FakeTarget.cdb(FakeTarget.REFUSED, 0), new byte[512]));
    initiator.nothingSent();
    initiator.dataOut(tag, -1, 0, 512, true, new byte[512]);
    RecordingOutbox.Sent sent = initiator.nextWithData(ScsiResponse.class);
    ScsiResponse response = (ScsiResponse) sent.pdu();
    assertThat(response.status()).isEqualTo(2);
    assertThat(response.residual()).isEqualTo(new Residual(Residual.Kind.UNDERFLOW, 1024));
    assertThat(sent.data())
        .as("sense length, fixed format sense")
        .hasSize(20)
        .startsWith(0, 18, 0x70);
    initiator.closeAndCountBuffers();
  }

  private enum Fault {
    DATA_SN,
    OFFSET,
    BEYOND_R2T,
    SHORT,
    NO_FINAL,
    WRONG_TAG,
    UNSOLICITED
  }

  @Test
  void dataThatDoesNotFitItsR2tFailsTheCommandOnly() {
    for (Fault fault : Fault.values()) {
      TestInitiator initiator = initiator("InitialR2T=Yes", "ImmediateData=No");
      int tag = initiator.write(1024, 1024, true, new byte[0]);
      int transfer = initiator.next(ReadyToTransfer.class).targetTransferTag();
      switch (fault) {
        case DATA_SN -> initiator.dataOut(tag, transfer, 1, 0, true, new byte[1024]);
        case OFFSET -> initiator.dataOut(tag, transfer, 0, 4, true, new byte[1020]);
        case BEYOND_R2T -> initiator.dataOut(tag, transfer, 0, 0, true, new byte[1028]);
        case SHORT -> initiator.dataOut(tag, transfer, 0, 0, true, new byte[512]);
        case NO_FINAL -> initiator.dataOut(tag, transfer, 0, 0, false, new byte[1024]);
        case WRONG_TAG -> initiator.dataOut(tag, transfer + 1, 0, 0, true, new byte[1024]);
        case UNSOLICITED -> initiator.dataOut(tag, -1, 0, 0, true, new byte[1024]);
      }
      int sense =
          switch (fault) {
            case DATA_SN, OFFSET, WRONG_TAG -> 0x4705;
            case BEYOND_R2T, SHORT, NO_FINAL -> 0x0C0D;
            case UNSOLICITED -> 0x0C0C;
          };
      failed(initiator, tag, sense);
      assertThat(written(tag)).isNull();
      int next = initiator.write(1024, 1024, true, new byte[0]);
      initiator.answerR2ts(new byte[1024], 1024);
      good(initiator, next, Residual.NONE);
      initiator.closeAndCountBuffers();
    }
  }

  private static void failed(TestInitiator initiator, int tag, int code) {
    RecordingOutbox.Sent sent = initiator.nextWithData(ScsiResponse.class);
    assertThat(((ScsiResponse) sent.pdu()).initiatorTaskTag()).isEqualTo(tag);
    assertThat(((ScsiResponse) sent.pdu()).status()).isEqualTo(2);
    assertThat(sent.data()[4]).as("ABORTED COMMAND").isEqualTo((byte) 0x0B);
    assertThat((sent.data()[14] & 0xFF) << 8 | sent.data()[15]).isEqualTo(code);
    assertThat(initiator.outbox.closed).isEmpty();
  }

  @Test
  void aFaultIsAnsweredWhenTheInitiatorHasSentItsSequence() {
    TestInitiator initiator = initiator("InitialR2T=No", "ImmediateData=No");
    int tag = initiator.write(2048, 2048, false, new byte[0]);
    initiator.dataOut(tag, -1, 1, 0, false, new byte[1024]);
    initiator.nothingSent();
    initiator.dataOut(tag, -1, 0, 1024, true, new byte[1024]);
    failed(initiator, tag, 0x4705);

    int gap = initiator.write(2048, 2048, false, new byte[0]);
    initiator.dataOut(gap, -1, 0, 1024, true, new byte[1024]);
    failed(initiator, gap, 0x4705);
    initiator.closeAndCountBuffers();
  }

  @Test
  void unsolicitedDataBeyondWhatWasAgreedFailsTheCommand() {
    TestInitiator initiator = initiator("InitialR2T=No", "FirstBurstLength=1024");
    int tag = initiator.write(4096, 4096, false, new byte[1024]);
    initiator.dataOut(tag, -1, 0, 1024, true, new byte[4]);
    failed(initiator, tag, 0x0C0D);
    failed(initiator, initiator.write(4096, 4096, true, new byte[1025]), 0x0C0D);
    initiator.closeAndCountBuffers();

    TestInitiator other = initiator("ImmediateData=No");
    failed(other, other.write(4096, 4096, true, new byte[4]), 0x0C0C);
    other.closeAndCountBuffers();
  }

  @Test
  void dataForACommandThatIsGoneIsSwallowed() {
    TestInitiator initiator = initiator();
    initiator.dataOut(0x999, 5, 0, 0, true, new byte[100]);
    initiator.nothingSent();
    assertThat(initiator.outbox.closed).isEmpty();
    initiator.closeAndCountBuffers();
  }

  @Test
  void writesQueueForMemory() {
    SessionLimits normal = SessionLimits.DEFAULT;
    SessionLimits tight =
        new SessionLimits(
            128,
            32,
            10_000,
            normal.dataInBytes(),
            normal.idle(),
            normal.pingTimeout(),
            normal.login(),
            normal.reinstatement(),
            normal.drain());
    World small = new World(Map.of(), tight);
    TestInitiator initiator = new TestInitiator(small).loggedIn("ImmediateData=No");
    small.engine.hold = true;
    byte[] data = random(new Random(3), 6_000);
    int first = initiator.write(6_000, 6_000, true, new byte[0]);
    int second = initiator.write(6_000, 6_000, true, new byte[0]);
    int third = initiator.write(1_000, 1_000, true, new byte[0]);
    ReadyToTransfer asked = initiator.next(ReadyToTransfer.class);
    assertThat(asked.initiatorTaskTag()).isEqualTo(first);
    initiator.nothingSent();
    initiator.dataOut(first, asked.targetTransferTag(), 0, 0, true, data);
    initiator.nothingSent();
    small.engine.go();
    initiator.next(ScsiResponse.class);
    assertThat(initiator.outbox.sent.stream().map(s -> s.pdu().initiatorTaskTag()))
        .as("both fit now, in order")
        .containsExactly(second, third);
    int tooLarge = initiator.write(10_001, 10_001, true, new byte[0]);
    initiator.outbox.sent.removeIf(s -> s.pdu() instanceof ReadyToTransfer);
    ScsiResponse response = initiator.next(ScsiResponse.class);
    assertThat(response.initiatorTaskTag()).isEqualTo(tooLarge);
    assertThat(response.response()).isEqualTo(ScsiResponse.TARGET_FAILURE);
    assertThat(small.allocator.peakBytes).isLessThan(20_000);
    initiator.closeAndCountBuffers();
  }

  @Test
  void immediateDataOfAWriteThatWaitsForMemoryIsNotLost() {
    SessionLimits normal = SessionLimits.DEFAULT;
    SessionLimits tight =
        new SessionLimits(
            128,
            32,
            10_000,
            normal.dataInBytes(),
            normal.idle(),
            normal.pingTimeout(),
            normal.login(),
            normal.reinstatement(),
            normal.drain());
    World small = new World(Map.of(), tight);
    TestInitiator initiator = new TestInitiator(small).loggedIn("InitialR2T=Yes");
    byte[] data = random(new Random(4), 6_000);
    int first = initiator.write(6_000, 6_000, true, Arrays.copyOf(data, 1_000));
    int second = initiator.write(6_000, 6_000, true, Arrays.copyOf(data, 2_000));
    initiator.write(6_000, 6_000, true, Arrays.copyOf(data, 3_000));
    initiator.write(6_000, 6_000, true, Arrays.copyOf(data, 4_000));
    initiator.answerR2ts(data, 6_000);
    good(initiator, first, Residual.NONE);
    initiator.answerR2ts(data, 6_000);
    good(initiator, second, Residual.NONE);
    assertThat(small.engine.written.get((long) first)).isEqualTo(data);
    assertThat(small.engine.written.get((long) second)).isEqualTo(data);
    initiator.next(ReadyToTransfer.class);
    initiator.nothingSent();
    initiator.closeAndCountBuffers();
  }

  // ---- Reads.

  @Test
  void dataInIsCutToSegmentsAndBurstsAndTheStatusRidesAlong() {
    TestInitiator initiator = initiator("MaxRecvDataSegmentLength=1000", "MaxBurstLength=2500");
    int tag = initiator.read(FakeTarget.READ, 6000, 6000);
    int[] sizes = {1000, 1000, 500, 1000, 1000, 500, 1000};
    int offset = 0;
    for (int i = 0; i < sizes.length; i++) {
      RecordingOutbox.Sent sent = initiator.nextWithData(DataIn.class);
      DataIn pdu = (DataIn) sent.pdu();
      assertThat(pdu.initiatorTaskTag()).isEqualTo(tag);
      assertThat(pdu.dataSn()).isEqualTo(i);
      assertThat(pdu.bufferOffset()).isEqualTo(offset);
      assertThat(sent.data()).hasSize(sizes[i]);
      assertThat(pdu.finalPdu()).isEqualTo(i == 2 || i == 5 || i == 6);
      assertThat(pdu.status())
          .isEqualTo(i == sizes.length - 1 ? DataIn.Status.GOOD : DataIn.Status.NONE);
      for (int b = 0; b < sizes[i]; b++) {
        assertThat(sent.data()[b]).isEqualTo(FakeTarget.pattern(offset + b));
      }
      offset += sizes[i];
    }
    initiator.nothingSent();
    initiator.closeAndCountBuffers();
  }

  @ParameterizedTest
  @CsvSource({
    "512, 512, NONE, 0, 512",
    "512, 1024, UNDERFLOW, 512, 512",
    "1024, 512, OVERFLOW, 512, 512",
    "1024, 7, OVERFLOW, 1017, 7",
    "512, 0, OVERFLOW, 512, 0",
    "0, 512, UNDERFLOW, 512, 0",
  })
  void residualsOfReads(int available, int expected, Residual.Kind kind, int count, int moved) {
    TestInitiator initiator = initiator();
    int tag = initiator.read(FakeTarget.READ, available, expected);
    Residual residual = new Residual(kind, count);
    if (moved == 0) {
      good(initiator, tag, residual);
    } else {
      RecordingOutbox.Sent sent = initiator.nextWithData(DataIn.class);
      assertThat(sent.data()).hasSize(moved);
      assertThat(((DataIn) sent.pdu()).residual()).isEqualTo(residual);
      assertThat(((DataIn) sent.pdu()).status()).isEqualTo(DataIn.Status.GOOD);
    }
    initiator.nothingSent();
    initiator.closeAndCountBuffers();
  }

  @Test
  void aFailedReadSendsSenseAndNoData() {
    TestInitiator initiator = initiator();
    initiator.read(FakeTarget.FAIL, 512, 512);
    RecordingOutbox.Sent sent = initiator.nextWithData(ScsiResponse.class);
    assertThat(((ScsiResponse) sent.pdu()).status()).isEqualTo(2);
    assertThat(((ScsiResponse) sent.pdu()).residual())
        .isEqualTo(new Residual(Residual.Kind.UNDERFLOW, 512));
    assertThat(sent.data()).hasSize(20);
    initiator.nothingSent();
    initiator.closeAndCountBuffers();
  }

  @Test
  void aPeerThatDoesNotReadCannotFillTheMemory() {
    SessionLimits normal = SessionLimits.DEFAULT;
    SessionLimits tight =
        new SessionLimits(
            4,
            32,
            normal.dataOutBytes(),
            2_000,
            normal.idle(),
            normal.pingTimeout(),
            normal.login(),
            normal.reinstatement(),
            normal.drain());
    World small = new World(Map.of(), tight);
    TestInitiator initiator = new TestInitiator(small).loggedIn();
    initiator.outbox.clogged = true;
    for (int i = 0; i < 20; i++) {
      initiator.read(FakeTarget.READ, 1000, 1000);
    }
    assertThat(initiator.outbox.sent).as("two fit, four more fill the window").hasSize(6);
    int refused = 20 - initiator.outbox.sent.size();
    initiator.cmdSn -= refused;
    initiator.outbox.sent.clear();
    initiator.outbox.unclog();
    NopIn news = initiator.next(NopIn.class);
    assertThat(news.numbers().maxCmdSn() - news.numbers().expCmdSn())
        .as("the initiator hears that the window opens again")
        .isGreaterThanOrEqualTo(0);
    initiator.outbox.sent.clear();
    initiator.read(FakeTarget.READ, 1000, 1000);
    initiator.next(DataIn.class);
    initiator.closeAndCountBuffers();
  }
}
