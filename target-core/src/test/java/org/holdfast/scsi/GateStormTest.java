package org.holdfast.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationType;
import org.junit.jupiter.api.Test;

/**
 * The gate under real threads: increments that need their block to themselves lose nothing, readers
 * never see half of one, and whatever is mixed together comes to an end.
 */
class GateStormTest {
  private static final List<TaskManagementFunction> ABORTS =
      List.of(
          TaskManagementFunction.ABORT_TASK,
          TaskManagementFunction.ABORT_TASK_SET,
          TaskManagementFunction.CLEAR_TASK_SET,
          TaskManagementFunction.LOGICAL_UNIT_RESET);
  private static final int THREADS = 4;
  private static final int INCREMENTS = 2_000;
  private static final int READ = 0x28;
  private static final int BLOCKS = 4;
  private static final int HALF = EngineFixture.BLOCK / 2;

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());

  /** Two halves that an increment writes one after the other; requests take their time. */
  private static final class SlowMemory implements BlockDevice {
    private final ByteBuffer content = ByteBuffer.allocate(BLOCKS * EngineFixture.BLOCK);
    private final ExecutorService disk;
    private final AtomicInteger requests = new AtomicInteger();

    SlowMemory(ExecutorService disk) {
      this.disk = disk;
    }

    @Override
    public DeviceProfile profile() {
      return new DeviceProfile(512, 64, 0, false, false, false);
    }

    @Override
    public boolean ready() {
      return true;
    }

    /** Every other request completes on the caller's thread, as from a page cache. */
    @Override
    public void submit(IoRequest request, IoCompletion completion) {
      if (requests.incrementAndGet() % 2 == 0) {
        carryOut(request, completion);
      } else {
        disk.execute(() -> carryOut(request, completion));
      }
    }

    private void carryOut(IoRequest request, IoCompletion completion) {
      synchronized (content) {
        switch (request) {
          case IoRequest.Read(long offset, ByteBuffer target) ->
              target.put(content.slice((int) offset, target.remaining()));
          case IoRequest.Write(long offset, ByteBuffer source, boolean _) ->
              content.slice((int) offset, source.remaining()).put(source);
          default -> throw new AssertionError("nobody asks for " + request);
        }
      }
      completion.done(IoResult.DONE);
    }

    long counter(int lba) {
      return content.getLong(lba * EngineFixture.BLOCK);
    }

    @Override
    public SpaceUsage space() {
      return SpaceUsage.UNKNOWN;
    }

    @Override
    public void close() {}
  }

  private final AtomicLong torn = new AtomicLong();

  private CommandSpec exclusive() {
    return EngineFixture.row(
        "INCREMENT(10)",
        0x3B,
        10,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_WRITE),
        EngineFixture.ONE_BLOCK,
        List.of(CdbField.bytes("LOGICAL BLOCK ADDRESS", 2, 4)),
        (unit, task) -> unit.exclusively(task, task.cdb().u32(2), 1, () -> increment(unit, task)));
  }

  private CommandSpec read() {
    return EngineFixture.row(
        "READ(10)",
        READ,
        10,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.MEDIUM_READ),
        EngineFixture.ONE_BLOCK,
        List.of(CdbField.bytes("LOGICAL BLOCK ADDRESS", 2, 4)),
        this::readHalves);
  }

  private static void increment(LogicalUnit unit, ScsiTask task) {
    long offset = task.cdb().u32(2) * EngineFixture.BLOCK;
    ByteBuffer half = ByteBuffer.allocate(HALF);
    unit.device()
        .submit(
            new IoRequest.Read(offset, half),
            _ -> {
              half.clear();
              half.putLong(0, half.getLong(0) + 1);
              unit.device()
                  .submit(
                      new IoRequest.Write(offset, half.duplicate(), false),
                      _ ->
                          unit.device()
                              .submit(
                                  new IoRequest.Write(offset + HALF, half, false),
                                  _ -> task.end(Outcome.GOOD)));
            });
  }

  /** By two requests: a device's own atomicity does not help. */
  private void readHalves(LogicalUnit unit, ScsiTask task) {
    long offset = task.cdb().u32(2) * EngineFixture.BLOCK;
    ByteBuffer first = ByteBuffer.allocate(HALF);
    ByteBuffer second = ByteBuffer.allocate(HALF);
    unit.device()
        .submit(
            new IoRequest.Read(offset, first),
            _ ->
                unit.device()
                    .submit(
                        new IoRequest.Read(offset + HALF, second),
                        _ -> {
                          if (first.getLong(0) != second.getLong(0)) {
                            torn.incrementAndGet();
                          }
                          task.end(Outcome.GOOD);
                        }));
  }

  private static byte[] cdb(int opcode, int lba) {
    return ByteBuffer.allocate(10).put((byte) opcode).put((byte) 0).putInt(lba).array();
  }

  /**
   * Seen to fail: with {@code LogicalUnit.exclusively} running its body at once, and with the look
   * at the tasks in flight left out of {@code TaskGate.mayGo}: torn reads each time.
   */
  @Test
  void incrementsAreNeitherLostNorTorn() throws InterruptedException {
    try (ExecutorService disk = Executors.newFixedThreadPool(2)) {
      SlowMemory memory = new SlowMemory(disk);
      EngineFixture on =
          new EngineFixture(
              memory, ReservationBackend.lostWithTheProcess(), List.of(exclusive(), read()));
      AtomicInteger increments = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        ItNexus nexus = on.login("host" + i);
        SplittableRandom random = new SplittableRandom(seed + i);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      Window window = new Window(16);
                      for (int n = 0; n < INCREMENTS; ) {
                        boolean reads = random.nextInt(3) == 0;
                        int lba = reads ? random.nextInt(2) : 0;
                        window.enter();
                        window.leaveAfter(
                            on.send(nexus, cdb(reads ? READ : 0x3B, lba), new byte[0])
                                .thenAccept(
                                    outcome -> {
                                      if (!reads && outcome instanceof Outcome.Good) {
                                        increments.incrementAndGet();
                                      }
                                    }));
                        n += reads ? 0 : 1;
                      }
                      window.drain("seed " + seed);
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(increments).as("all ended, seed %d", seed).hasValue(THREADS * INCREMENTS);
      assertThat(torn).as("torn reads, seed %d", seed).hasValue(0);
      assertThat(memory.counter(0)).as("seed %d", seed).isEqualTo(THREADS * INCREMENTS);
    }
  }

  /**
   * Every kind of task and task management at once. Seen to fail: with {@code
   * LogicalUnit.exclusively} running its body at once, torn reads.
   */
  @Test
  void whateverIsMixedComesToAnEnd() throws InterruptedException {
    ReservationType type = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY;
    try (ExecutorService disk = Executors.newFixedThreadPool(2)) {
      EngineFixture on =
          new EngineFixture(
              new SlowMemory(disk),
              ReservationBackend.lostWithTheProcess(),
              List.of(exclusive(), read()));
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int key = i + 1;
        ItNexus nexus = on.login("host" + i);
        SplittableRandom random = new SplittableRandom(seed + i);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        mix(on, nexus, key, type, random);
                      } catch (RuntimeException | AssertionError e) {
                        synchronized (failures) {
                          failures.add(e);
                        }
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).as("seed %d", seed).isEmpty();
      assertThat(torn).as("torn reads, seed %d", seed).hasValue(0);
      CompletableFuture<Outcome> ended = new CompletableFuture<>();
      ScsiTask next = on.task(on.login("last"), new byte[6], new byte[0], ended);
      next.submitted();
      assertThat(on.unit.taskSet().gate().open(next)).as("open, seed %d", seed).isTrue();
      next.end(Outcome.GOOD);
    }
  }

  private void mix(
      EngineFixture on, ItNexus nexus, int key, ReservationType type, SplittableRandom random) {
    Window window = new Window(24);
    List<Runnable> late = new ArrayList<>();
    for (int n = 0; n < 3_000; n++) {
      while (!late.isEmpty() && !window.free()) {
        // Without their data the others may have to wait for ever, as they should.
        late.removeFirst().run();
      }
      window.enter();
      int what = random.nextInt(100);
      if (what < 2) {
        on.engine.manage(
            nexus,
            ABORTS.get(random.nextInt(ABORTS.size())),
            LunMap.encode(0),
            n,
            _ -> window.leave());
      } else if (what < 8) {
        int action =
            switch (random.nextInt(4)) {
              case 0 -> EngineFixture.RESERVE;
              case 1 -> EngineFixture.PREEMPT;
              case 2 -> EngineFixture.PREEMPT_AND_ABORT;
              default -> EngineFixture.REGISTER_AND_IGNORE;
            };
        long victim =
            action == EngineFixture.REGISTER_AND_IGNORE ? key : 1 + random.nextInt(THREADS);
        window.leaveAfter(
            on.reserveOut(
                nexus,
                action,
                type,
                action == EngineFixture.REGISTER_AND_IGNORE ? 0 : key,
                victim));
      } else {
        CompletableFuture<Outcome> ended = new CompletableFuture<>();
        window.leaveAfter(ended);
        TaskAttribute attribute =
            what < 12
                ? TaskAttribute.ORDERED
                : what < 15 ? TaskAttribute.HEAD_OF_QUEUE : TaskAttribute.SIMPLE;
        ScsiTask task =
            on.task(
                nexus,
                attribute,
                cdb(random.nextInt(3) == 0 ? READ : 0x3B, random.nextInt(BLOCKS)),
                new byte[0],
                ended);
        // Some wait for data that comes later, or never: then the frontend drops them.
        switch (random.nextInt(8)) {
          case 0 -> late.add(() -> on.engine.submit(task));
          case 1 ->
              late.add(
                  () -> {
                    task.finish();
                    window.leave();
                  });
          default -> on.engine.submit(task);
        }
      }
      while (late.size() > random.nextInt(8)) {
        late.removeFirst().run();
      }
    }
    late.forEach(Runnable::run);
    window.drain(Thread.currentThread() + " of seed " + seed);
  }

  /** How many commands one initiator has outstanding. */
  private static final class Window {
    private final int size;
    private final Semaphore free;

    Window(int size) {
      this.size = size;
      free = new Semaphore(size);
    }

    void enter() {
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!free.tryAcquire()) {
        assertThat(System.nanoTime()).as("a command ends").isLessThan(until);
        LockSupport.parkNanos(10_000);
      }
    }

    boolean free() {
      return free.availablePermits() > 0;
    }

    void leaveAfter(CompletableFuture<?> command) {
      CompletableFuture<?> _ = command.thenRun(this::leave);
    }

    void leave() {
      free.release();
    }

    void drain(String who) {
      for (int i = 0; i < size; i++) {
        enter();
      }
      assertThat(free.availablePermits()).as(who).isZero();
    }
  }
}
