package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.holdfast.pr.ReservationClass;

/**
 * {@link EngineFixture} with one more command, COMPARE AND WRITE in all but what it does: it has
 * its one block to itself and then runs {@link #alone}.
 */
final class GateFixture {
  private static final int EXCLUSIVE = 0x3B;

  final EngineFixture on;
  final ItNexus a;
  final ItNexus b;

  /** What the command does with the block; ends the task. */
  volatile CommandHandler alone = (_, task) -> task.end(Outcome.GOOD);

  GateFixture(BlockDevice device) {
    this(device, ReservationBackend.lostWithTheProcess());
  }

  GateFixture(BlockDevice device, ReservationBackend reservations) {
    on = new EngineFixture(device, reservations, List.of(row()));
    a = on.login("a");
    b = on.login("b");
  }

  private CommandSpec row() {
    return EngineFixture.row(
        "EXCLUSIVE(10)",
        EXCLUSIVE,
        10,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        EngineFixture.ONE_BLOCK,
        List.of(CdbField.bytes("LOGICAL BLOCK ADDRESS", 2, 4)),
        (unit, task) ->
            unit.exclusively(task, task.cdb().u32(2), 1, () -> alone.execute(unit, task)));
  }

  static byte[] exclusiveCdb(int lba) {
    return ByteBuffer.allocate(10).put((byte) EXCLUSIVE).put((byte) 0).putInt(lba).array();
  }

  CompletableFuture<Outcome> exclusive(ItNexus nexus, int lba) {
    return on.send(nexus, exclusiveCdb(lba), new byte[0]);
  }

  CompletableFuture<Outcome> write(ItNexus nexus, TaskAttribute attribute, int lba) {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    on.engine.submit(prepareWrite(nexus, attribute, lba, ended));
    return ended;
  }

  ScsiTask prepareWrite(
      ItNexus nexus, TaskAttribute attribute, int lba, CompletableFuture<Outcome> ended) {
    return on.task(
        nexus, attribute, EngineFixture.writeCdb(lba), new byte[EngineFixture.BLOCK], ended);
  }

  CompletableFuture<TaskManagementResponse> manage(
      ItNexus from, TaskManagementFunction function, long tag) {
    CompletableFuture<TaskManagementResponse> answer = new CompletableFuture<>();
    on.engine.manage(from, function, LunMap.encode(0), tag, answer::complete);
    return answer;
  }

  /** Nothing is left behind that others would have to ask for. */
  void assertOpen() {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    ScsiTask next = prepareWrite(a, TaskAttribute.SIMPLE, 63, ended);
    next.submitted();
    assertThat(on.unit.taskSet().gate().open(next)).as("the gate is open").isTrue();
    next.end(Outcome.GOOD);
  }

  /** A device that holds every write until the test lets that very one land. */
  static final class StepDevice implements BlockDevice {
    private final List<Pending> pending = new ArrayList<>();
    private final List<Integer> landed = new ArrayList<>();

    private record Pending(int lba, IoCompletion completion) {}

    /** The blocks whose writes have begun and not landed, in the order of their beginning. */
    List<Integer> begun() {
      return pending.stream().map(Pending::lba).toList();
    }

    /** The blocks whose writes have landed, in that order. */
    List<Integer> landed() {
      return landed;
    }

    /** The oldest write to {@code lba} lands. */
    void land(int lba) {
      Pending one = pending.stream().filter(p -> p.lba() == lba).findFirst().orElseThrow();
      pending.remove(one);
      landed.add(lba);
      one.completion().done(IoResult.DONE);
    }

    @Override
    public DeviceProfile profile() {
      return new DeviceProfile(512, HeldDevice.BLOCKS, 0, false, false, false);
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public void submit(IoRequest request, IoCompletion completion) {
      if (request instanceof IoRequest.Write write) {
        pending.add(new Pending((int) (write.offset() / EngineFixture.BLOCK), completion));
      } else {
        completion.done(IoResult.DONE);
      }
    }

    @Override
    public SpaceUsage space() {
      return SpaceUsage.UNKNOWN;
    }

    @Override
    public void close() {}
  }
}
