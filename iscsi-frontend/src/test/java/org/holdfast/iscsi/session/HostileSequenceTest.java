package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.NopOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.InitiatorPdu.SnackRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TextRequest;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.FakeTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that are well-formed and make no sense, among some that do. Whatever comes: no
 * exception, every buffer comes back, the nexus is detached and its place among the sessions is
 * free.
 */
class HostileSequenceTest {
  private static final int STEPS = 400;

  static IntStream seeds() {
    return IntStream.range(0, 150);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anythingMayCome(int seed) {
    Random random = new Random(seed);
    World world = new World();
    TestInitiator initiator = new TestInitiator(world);
    if (random.nextInt(4) > 0) {
      initiator.loggedIn(
          "InitialR2T=" + (random.nextBoolean() ? "Yes" : "No"),
          "FirstBurstLength=2048",
          "MaxBurstLength=4096",
          "MaxOutstandingR2T=" + (1 + random.nextInt(4)));
    }
    for (int step = 0; step < STEPS && initiator.outbox.closed.isEmpty(); step++) {
      disturb(random, world, initiator);
      initiator.send(request(random, initiator));
    }
    initiator.closeAndCountBuffers();
    assertThat(world.engine.attached).isEmpty();
    assertThat(world.node.registry().size()).isZero();
  }

  private static void disturb(Random random, World world, TestInitiator initiator) {
    switch (random.nextInt(12)) {
      case 0 -> world.engine.hold = true;
      case 1, 2 -> {
        world.engine.hold = false;
        world.engine.go();
      }
      case 3 -> initiator.outbox.clogged = true;
      case 4 -> initiator.outbox.unclog();
      case 5 -> {
        world.now += random.nextLong(1_000_000_000L);
        initiator.connection.onTick(world.now);
      }
      default -> {}
    }
  }

  private static InitiatorPdu request(Random random, TestInitiator it) {
    int tag = random.nextInt(20) == 0 ? Pdu.RESERVED_TAG : random.nextInt(12);
    boolean immediate = random.nextInt(6) == 0;
    // Mostly the right number, so that the session lives for a while.
    int cmdSn = random.nextInt(40) == 0 ? random.nextInt() : immediate ? it.cmdSn : it.cmdSn++;
    return switch (random.nextInt(60)) {
      case 0 ->
          new LoginRequest(
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(4),
              random.nextInt(4),
              0,
              random.nextInt(2),
              it.isid,
              random.nextInt(2),
              tag,
              1,
              cmdSn,
              0,
              it.text("InitiatorName=" + TestInitiator.NAME, "TargetName=" + TestInitiator.TARGET));
      case 1 -> new SnackRequest(random.nextInt(4), 0, tag, 0, 0, 0, 1);
      case 2 ->
          new LogoutRequest(immediate, 1 + random.nextInt(4), tag, random.nextInt(3), cmdSn, 0);
      case 3, 4, 5 ->
          new TextRequest(
              immediate,
              random.nextBoolean(),
              random.nextInt(3) == 0,
              0,
              tag,
              random.nextBoolean() ? Pdu.RESERVED_TAG : random.nextInt(4),
              cmdSn,
              0,
              it.segment(noise(random, 60)));
      case 6, 7, 8, 9 ->
          new NopOut(immediate, 0, tag, Pdu.RESERVED_TAG, cmdSn, 0, it.segment(noise(random, 300)));
      case 10, 11, 12, 13, 14 ->
          new TaskManagementRequest(
              immediate,
              random.nextInt(14),
              0,
              100 + random.nextInt(5),
              random.nextInt(12),
              cmdSn,
              0,
              random.nextInt(3) == 0 ? random.nextInt() : it.cmdSn - random.nextInt(4),
              0);
      case 15 -> dataOut(random, it);
      default -> answerOrCommand(random, it, tag, immediate, cmdSn);
    };
  }

  private static DataOut dataOut(Random random, TestInitiator it) {
    return new DataOut(
        random.nextBoolean(),
        0,
        random.nextInt(12),
        random.nextInt(20) - 1,
        0,
        random.nextInt(3),
        random.nextInt(4096),
        it.segment(noise(random, 3000)));
  }

  private static InitiatorPdu answerOrCommand(
      Random random, TestInitiator it, int tag, boolean immediate, int cmdSn) {
    while (!it.outbox.sent.isEmpty()) {
      if (it.outbox.sent.remove().pdu() instanceof ReadyToTransfer r2t && random.nextInt(30) > 0) {
        if (!immediate) {
          it.cmdSn = cmdSn;
        }
        return new DataOut(
            true,
            0,
            r2t.initiatorTaskTag(),
            r2t.targetTransferTag(),
            0,
            0,
            r2t.bufferOffset(),
            it.segment(new byte[(int) r2t.desiredDataTransferLength()]));
      }
    }
    boolean write = random.nextBoolean();
    int[] operations = {
      FakeTarget.READ, FakeTarget.WRITE, FakeTarget.FAIL, FakeTarget.NONE, FakeTarget.REFUSED
    };
    int operation = operations[random.nextInt(operations.length)];
    int data = write && random.nextInt(3) > 0 ? random.nextInt(2049) : 0;
    return new ScsiCommand(
        immediate,
        random.nextInt(5) > 0,
        random.nextBoolean(),
        write,
        random.nextInt(30) == 0 ? 7 : random.nextInt(5),
        0,
        tag,
        data + random.nextInt(9000),
        cmdSn,
        0,
        random.nextInt(3000),
        FakeTarget.cdb(operation, random.nextInt(9000)),
        it.segment(new byte[data]));
  }

  private static byte[] noise(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) "SendTargets=All\0MaxBurst\u007f".charAt(random.nextInt(25));
    }
    return bytes;
  }
}
