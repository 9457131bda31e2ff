package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.VolatileReservationStore;
import org.junit.jupiter.api.Test;

/**
 * Every order in which the steps of a command that has a block to itself, of others on that block,
 * and of what ends or fences them can follow one another, on the real classes.
 *
 * <p>A task goes: becomes SUBMITTED | asks at the gate, is judged | (is ready) | claims its range,
 * or begins its I/O | lands | has ended | leaves. A thread is stopped at each {@code |}; what it
 * lets through runs on it and stops there, too. What the gate does under its monitor is one step:
 * the two sides meet only in volatile fields before and after it, as in {@link FenceGateTest}.
 *
 * <p>In every order: nothing else touches the block between the first and the last step of a body;
 * whatever was sent ends; nothing lands after the answer to a PREEMPT of its sender or to an abort;
 * the gate is open in the end.
 *
 * <p>Seen to fail: with {@code LogicalUnit.exclusively} running its body at once, every test but
 * the one of ORDERED, at the order in which the write comes between the beginning and the end of
 * the body; with the look at the tasks in flight left out of {@code TaskGate.mayGo}, the same; with
 * {@code TargetEngine.goOn} not judging again, the two tests whose exclusive command is aborted or
 * its sender preempted.
 */
class RangeGateOrdersTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
  private static final long KEY_A = 0xA;
  private static final long KEY_B = 0xB;
  private static final String WALKER = "walker";

  /** All sequences with {@code counts[i]} times {@code i}. */
  private static void orders(int[] counts, List<Integer> begun, List<List<Integer>> all) {
    boolean complete = true;
    for (int who = 0; who < counts.length; who++) {
      if (counts[who] > 0) {
        complete = false;
        counts[who]--;
        begun.add(who);
        orders(counts, begun, all);
        begun.removeLast();
        counts[who]++;
      }
    }
    if (complete) {
      all.add(List.copyOf(begun));
    }
  }

  private static List<List<Integer>> orders(int... counts) {
    List<List<Integer>> all = new ArrayList<>();
    orders(counts, new ArrayList<>(), all);
    return all;
  }

  @Test
  void anExclusiveCommandAndAWrite() {
    for (List<Integer> order : orders(6, 6)) {
      Walk walk = new Walk();
      walk.exclusive(walk.gate.a);
      walk.write(walk.gate.b);
      walk.walk(order);
    }
  }

  @Test
  void twoExclusiveCommands() {
    for (List<Integer> order : orders(6, 6)) {
      Walk walk = new Walk();
      walk.exclusive(walk.gate.a);
      walk.exclusive(walk.gate.b);
      walk.walk(order);
    }
  }

  @Test
  void twoExclusiveCommandsAndAWrite() {
    for (List<Integer> order : orders(3, 3, 3)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.exclusive(walk.gate.a);
      walk.write(walk.gate.b);
      walk.exclusive(walk.gate.b);
      walk.walk(order);
    }
  }

  @Test
  void anExclusiveCommandAndAWriteWhoseSendersTasksAreAborted() {
    for (List<Integer> order : orders(4, 4, 1)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.exclusive(walk.gate.a);
      walk.write(walk.gate.b);
      walk.abortTasksOf(walk.gate.b);
      walk.walk(order);
    }
  }

  @Test
  void anExclusiveCommandThatIsAbortedAndAWrite() {
    for (List<Integer> order : orders(4, 4, 1)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.exclusive(walk.gate.b);
      walk.write(walk.gate.a);
      walk.abortTasksOf(walk.gate.b);
      walk.walk(order);
    }
  }

  @Test
  void anExclusiveCommandAndAWriteWhoseSenderIsPreempted() {
    for (List<Integer> order : orders(4, 4, 2)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.exclusive(walk.gate.a);
      walk.write(walk.gate.b);
      walk.preemptB(EngineFixture.PREEMPT);
      walk.walk(order);
    }
  }

  @Test
  void anExclusiveCommandWhoseSenderIsPreemptedAndAWrite() {
    for (List<Integer> order : orders(4, 4, 2)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.exclusive(walk.gate.b);
      walk.write(walk.gate.a);
      walk.preemptB(EngineFixture.PREEMPT_AND_ABORT);
      walk.walk(order);
    }
  }

  @Test
  void anOrderedCommandBetweenTwoWrites() {
    for (List<Integer> order : orders(3, 3, 3)) {
      Walk walk = new Walk();
      walk.fewStops = true;
      walk.write(walk.gate.a);
      walk.ordered(walk.gate.a);
      walk.write(walk.gate.b);
      walk.walk(order);
    }
  }

  /** One unit and the commands of one test, walked once. */
  private static final class Walk {
    private final AtomicLong landedByB = new AtomicLong();
    private final AtomicInteger bodies = new AtomicInteger();
    private final AtomicInteger writing = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();
    private final List<CompletableFuture<Outcome>> ended = new ArrayList<>();
    private final List<Walker> walkers = new ArrayList<>();
    private CompletableFuture<Long> landedByBAtTheAnswer = new CompletableFuture<>();
    private boolean answers;
    private boolean writesAreOfB;

    /** Stops only where a task is SUBMITTED, where it is judged, and where its I/O has begun. */
    private boolean fewStops;

    final GateFixture gate =
        new GateFixture(
            new Device(),
            new ReservationBackend(
                ReservationState.EMPTY,
                new VolatileReservationStore(),
                PrCapabilities.volatileOnly(),
                _ -> Walker.stopHere(WALKER)));

    Walk() {
      gate.on.reserveOutIsGood(gate.a, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_A);
      gate.on.reserveOutIsGood(gate.b, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_B);
      gate.on.reserveOutIsGood(gate.a, EngineFixture.RESERVE, TYPE, KEY_A, 0);
      gate.alone = (_, task) -> body(task);
    }

    void exclusive(ItNexus from) {
      send(from, TaskAttribute.SIMPLE, GateFixture.exclusiveCdb(1));
    }

    void write(ItNexus from) {
      writesAreOfB = from == gate.b;
      send(from, TaskAttribute.SIMPLE, EngineFixture.writeCdb(1));
    }

    void ordered(ItNexus from) {
      send(from, TaskAttribute.ORDERED, GateFixture.exclusiveCdb(1));
    }

    private void send(ItNexus from, TaskAttribute attribute, byte[] cdb) {
      CompletableFuture<Outcome> end = new CompletableFuture<>();
      ScsiTask task = gate.on.task(from, attribute, cdb, new byte[EngineFixture.BLOCK], end);
      ended.add(end.whenComplete((_, _) -> stopSometimes()));
      walkers.add(
          new Walker(
              WALKER,
              () -> {
                // As TargetEngine.submit, with a stop between its two steps.
                task.submitted();
                Walker.stopHere(WALKER);
                TargetEngine.admit(task);
              }));
    }

    void abortTasksOf(ItNexus from) {
      answers = true;
      walkers.add(
          new Walker(
              WALKER,
              () ->
                  landedByBAtTheAnswer =
                      gate.manage(from, TaskManagementFunction.ABORT_TASK_SET, 0)
                          .thenApply(_ -> landedByB.get())));
    }

    void preemptB(int action) {
      answers = true;
      walkers.add(
          new Walker(
              WALKER,
              () ->
                  landedByBAtTheAnswer =
                      gate.on
                          .reserveOut(gate.a, action, TYPE, KEY_A, KEY_B)
                          .thenApply(_ -> landedByB.get())));
    }

    private void stopSometimes() {
      if (!fewStops) {
        Walker.stopHere(WALKER);
      }
    }

    private void body(ScsiTask task) {
      check(bodies.incrementAndGet() == 1 && writing.get() == 0, "a body did not begin alone");
      Walker.stopHere(WALKER);
      land(task);
      check(bodies.decrementAndGet() == 0 && writing.get() == 0, "a body was not alone");
      task.end(Outcome.GOOD);
    }

    private void land(ScsiTask task) {
      if (task.nexus() == gate.b) {
        landedByB.incrementAndGet();
      }
    }

    private synchronized void check(boolean holds, String otherwise) {
      if (!holds) {
        wrong.add(otherwise);
      }
    }

    void walk(List<Integer> order) {
      for (int who : order) {
        walkers.get(who).step();
      }
      // Whoever had more stops than the order has steps for goes on to its end now.
      for (int left = 0; left < 40; left++) {
        walkers.get(left % walkers.size()).step();
      }
      assertThat(ended).as("all ended in %s", order).allMatch(CompletableFuture::isDone);
      assertThat(wrong).as("%s", order).isEmpty();
      if (answers) {
        assertThat(landedByBAtTheAnswer).as("answered in %s", order).isCompleted();
        assertThat(landedByB.get())
            .as("landed, at the answer and at the end of %s", order)
            .isEqualTo(landedByBAtTheAnswer.join());
      }
      gate.on.unit.takeUnitAttention(gate.a);
      gate.assertOpen();
    }

    /** Writes land on the thread that submits them. */
    private final class Device implements BlockDevice {
      @Override
      public DeviceProfile profile() {
        return new DeviceProfile(512, HeldDevice.BLOCKS, 0, false, false, false);
      }

      /** Asked behind the check of the reservation. */
      @Override
      public boolean ready() {
        Walker.stopHere(WALKER);
        return true;
      }

      @Override
      public void submit(IoRequest request, IoCompletion completion) {
        writing.incrementAndGet();
        check(bodies.get() == 0, "a write began in a body");
        Walker.stopHere(WALKER);
        check(bodies.get() == 0, "a body ran in a write");
        if (writesAreOfB) {
          landedByB.incrementAndGet();
        }
        writing.decrementAndGet();
        completion.done(IoResult.DONE);
      }

      @Override
      public SpaceUsage space() {
        return SpaceUsage.UNKNOWN;
      }

      @Override
      public void close() {}
    }
  }
}
