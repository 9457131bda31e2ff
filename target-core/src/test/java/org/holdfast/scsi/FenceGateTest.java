package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.VolatileReservationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every order in which the steps of a write and of the command that fences its sender can follow
 * one another, on the real classes: no write lands after the answer, and the answer comes.
 *
 * <p>A write goes: becomes SUBMITTED | reads the reservation state | its I/O begins | lands |
 * leaves its task set. The fencing command: writes the state | reads the stages and drains. Both
 * sides are stopped at each {@code |} and every interleaving is walked. Interleavings are all there
 * is, because the two fields of the gate are volatile and volatile accesses have one order (JLS
 * 17.4.4); that they are is a test of its own. {@link FenceTest} has a storm of real threads beside
 * it.
 *
 * <p>Seen to fail: with {@code task.submitted()} moved behind {@code refusal} in {@code
 * TargetEngine.submit}, at the order in which the fence comes between the read of the state and the
 * I/O; with the drain in {@code ReservationTable.settle} replaced by an immediate answer; with
 * {@code state} or {@code stage} no longer volatile, at the last test.
 */
class FenceGateTest {
  private static final ReservationType TYPE = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
  private static final String WRITER = "writer";
  private static final String FENCER = "fencer";
  private static final long KEY_A = 0xA;
  private static final long KEY_B = 0xB;

  /** The steps of a write; two fewer where two writes are walked. And of a fence. */
  private static final int WRITE_STEPS = 5;

  private static final int FENCE_STEPS = 2;

  /** All sequences with {@code counts[i]} times {@code i}. */
  private static void orders(int[] counts, List<Integer> begun, Consumer<List<Integer>> walk) {
    boolean complete = true;
    for (int who = 0; who < counts.length; who++) {
      if (counts[who] > 0) {
        complete = false;
        counts[who]--;
        begun.add(who);
        orders(counts, begun, walk);
        begun.removeLast();
        counts[who]++;
      }
    }
    if (complete) {
      walk.accept(List.copyOf(begun));
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        EngineFixture.PREEMPT,
        EngineFixture.PREEMPT_AND_ABORT,
        EngineFixture.REGISTER_AND_IGNORE
      })
  void oneWriteInEveryOrder(int action) {
    List<List<Integer>> walked = new ArrayList<>();
    orders(
        new int[] {FENCE_STEPS, WRITE_STEPS},
        new ArrayList<>(),
        order -> {
          new Walk(1, true).walk(order, action);
          walked.add(order);
        });
    assertThat(walked).as("7 over 2").hasSize(21);
  }

  @Test
  void twoWritesInEveryOrder() {
    List<List<Integer>> walked = new ArrayList<>();
    orders(
        new int[] {FENCE_STEPS, WRITE_STEPS - 2, WRITE_STEPS - 2},
        new ArrayList<>(),
        order -> {
          new Walk(2, false).walk(order, EngineFixture.PREEMPT);
          walked.add(order);
        });
    assertThat(walked).as("8! / (2! 3! 3!)").hasSize(560);
  }

  @Test
  void theFieldsOfTheGateAreVolatile() throws NoSuchFieldException {
    assertThat(Modifier.isVolatile(ScsiTask.class.getDeclaredField("stage").getModifiers()))
        .isTrue();
    assertThat(Modifier.isVolatile(ReservationTable.class.getDeclaredField("state").getModifiers()))
        .isTrue();
  }

  /** One unit, one fence and {@code writes} writes of its victim, walked once. */
  private static final class Walk {
    private final AtomicLong landed = new AtomicLong();
    private final boolean everyStop;
    private final EngineFixture fixture;
    private final ItNexus a;
    private final ItNexus b;
    private final List<CompletableFuture<Outcome>> writes = new ArrayList<>();
    private final List<Walker> walkers = new ArrayList<>();

    /** Written by the fence's thread, read when it has come to rest. */
    private CompletableFuture<Long> landedAtTheAnswer = new CompletableFuture<>();

    Walk(int number, boolean everyStop) {
      this.everyStop = everyStop;
      fixture =
          new EngineFixture(
              new LandingDevice(),
              new ReservationBackend(
                  ReservationState.EMPTY,
                  new VolatileReservationStore(),
                  PrCapabilities.volatileOnly(),
                  // Told between the write of the state and the drain.
                  _ -> Walker.stopHere(FENCER)));
      a = fixture.login("a");
      b = fixture.login("b");
      fixture.reserveOutIsGood(a, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_A);
      fixture.reserveOutIsGood(b, EngineFixture.REGISTER_AND_IGNORE, TYPE, 0, KEY_B);
      fixture.reserveOutIsGood(a, EngineFixture.RESERVE, TYPE, KEY_A, 0);
      fixture.whenClassified = () -> Walker.stopHere(WRITER); // SUBMITTED; the state is not read
      for (int i = 0; i < number; i++) {
        CompletableFuture<Outcome> ended = new CompletableFuture<>();
        ScsiTask task = fixture.task(b, EngineFixture.writeCdb(1), new byte[512], ended);
        writes.add(ended.whenComplete((_, _) -> stopSometimes()));
        walkers.add(new Walker(WRITER, () -> fixture.engine.submit(task)));
      }
    }

    private void stopSometimes() {
      if (everyStop) {
        Walker.stopHere(WRITER);
      }
    }

    /** 0 is the fence, 1 and up are the writes. */
    void walk(List<Integer> order, int action) {
      Walker fence = new Walker(FENCER, () -> landedAtTheAnswer = fence(action));
      for (int who : order) {
        (who == 0 ? fence : walkers.get(who - 1)).step();
      }
      // Whoever was refused early has had steps to spare; nobody needs more than it was given.
      assertThat(landedAtTheAnswer).as("answered in %s", order).isCompleted();
      assertThat(writes).as("writes ended in %s", order).allMatch(CompletableFuture::isDone);
      assertThat(landed.get())
          .as("writes that have landed, at the answer and at the end of %s", order)
          .isEqualTo(landedAtTheAnswer.join());
    }

    /** By PREEMPT of the holder, or by the victim's own unregistration. */
    private CompletableFuture<Long> fence(int action) {
      CompletableFuture<Outcome> answer =
          action == EngineFixture.REGISTER_AND_IGNORE
              ? fixture.reserveOut(b, action, TYPE, 0, 0)
              : fixture.reserveOut(a, action, TYPE, KEY_A, KEY_B);
      return answer.thenApply(
          outcome -> {
            assertThat(outcome).isEqualTo(Outcome.GOOD);
            return landed.get();
          });
    }

    /** Lands writes on the thread that submits them. */
    private final class LandingDevice implements BlockDevice {
      @Override
      public DeviceProfile profile() {
        return new DeviceProfile(512, HeldDevice.BLOCKS, 0, false, false, false);
      }

      /** Asked behind the check of the reservation. */
      @Override
      public boolean ready() {
        Walker.stopHere(WRITER);
        return true;
      }

      @Override
      public SpaceUsage space() {
        return SpaceUsage.UNKNOWN;
      }

      @Override
      public void submit(IoRequest request, IoCompletion completion) {
        stopSometimes();
        landed.incrementAndGet();
        completion.done(IoResult.DONE);
      }

      @Override
      public void close() {}
    }
  }
}
