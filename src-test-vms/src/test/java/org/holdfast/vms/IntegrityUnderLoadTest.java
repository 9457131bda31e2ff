package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.holdfast.vms.bench.load.Content;
import org.holdfast.vms.bench.load.Endpoint;
import org.holdfast.vms.bench.load.LoadGenerator;
import org.holdfast.vms.bench.load.Shape;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every byte comes back as it was written, on every kind of disk and cache, with several initiators
 * at once: fio through QEMU's initiator, with and without header digests; our own with all digests,
 * and one that unmaps and zeroes in between.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats what was
 * drawn.
 */
class IntegrityUnderLoadTest {
  private static final boolean LONG = "all".equals(System.getProperty("holdfast.tests"));
  private static final int MIB = 1 << 20;
  private static final int BLOCK = 512;

  /** Bytes of each part of the disk; there are {@link #PARTS}. */
  private static final int PART = (LONG ? 64 : 4) * MIB;

  private static final int PARTS = 7;
  private static final int MIXED_COMMANDS = LONG ? 5000 : 200;
  private static final int MIXED_PART = 4 * MIB;
  private static final int SWEEP = LONG ? 1 << 20 : 512;

  /** Fewer: eighty sweeps of the other kind take the better part of an hour. */
  private static final int SOAK_SWEEP = LONG ? 1 << 13 : 512;

  /** MiB. It comes to rest at 264 to 281; a heap that is full of what leaked rests, too, at 590. */
  private static final long MOST_RESIDENT = 350;

  /** Loads one after the other, at most. */
  private static final int ROUNDS = 20;

  private static final int LBPU_BIT = 0x80;
  private static final int AT_ONCE = 4;

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());

  @TempDir Path directory;
  private Backstore.Disk disk;
  private DaemonUnderTest daemon;

  private void start(Backstore kind) throws Exception {
    System.out.printf("IntegrityUnderLoadTest: %s, -Dholdfast.seed=%d%n", kind, seed);
    disk = kind.make((long) PARTS * PART, directory);
    daemon = disk.start(settings -> settings);
  }

  @AfterEach
  void end() throws IOException {
    try {
      if (daemon != null) {
        daemon.close();
      }
    } finally {
      if (disk != null) {
        disk.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadIsWhatWasWritten(Backstore kind) throws Exception {
    start(kind);
    List<NbdBridge> bridges = new ArrayList<>();
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        NbdBridge.HeaderDigest digest =
            i % 2 == 0 ? NbdBridge.HeaderDigest.NONE : NbdBridge.HeaderDigest.CRC32C;
        bridges.add(NbdBridge.start(daemon.target(), digest, "fio-" + i, AT_ONCE, directory));
      }
      together(
          List.of(
              running(() -> Fio.verify(mixedSizes(), bridges, seed, directory)),
              running(() -> sweepWithDigests(SWEEP)),
              running(() -> mixed(kind, 0)),
              running(() -> mixed(kind, 1))));
      Fio.verify(fourTimesThirtyTwo(), bridges, seed + 1, directory);
    } finally {
      NbdBridge.closeAll(bridges);
    }
    assertThat(daemon.log()).doesNotContain("LEAK", " ERROR ");
  }

  /** Something that may fail. */
  @FunctionalInterface
  private interface Load {
    void run() throws Exception;
  }

  private static Callable<Void> running(Load load) {
    return () -> {
      load.run();
      return null;
    };
  }

  private static void together(List<Callable<Void>> loads) throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Future<Void> load : threads.invokeAll(loads)) {
        load.get();
      }
    }
  }

  /** In the parts 1 to 4. */
  private static List<Fio.Job> mixedSizes() {
    return List.of(
        new Fio.Job(
            "unaligned", "randwrite", "512/20:1536/20:4k/30:20k/20:256k/10", "512", 16, PART, PART),
        new Fio.Job("random", "randrw", "4k/60:8k/20:64k/20", "4k", 32, 2L * PART, PART),
        new Fio.Job("sequential", "write", "1m/100", "1m", 4, 3L * PART, PART),
        new Fio.Job("alone", "randwrite", "4k/50:16k/50", "4k", 1, 4L * PART, PART / 4));
  }

  /** In the parts 1 to 4, one session each. */
  private static List<Fio.Job> fourTimesThirtyTwo() {
    List<Fio.Job> jobs = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      jobs.add(new Fio.Job("deep-" + i, "randwrite", "4k/100", "4k", 32, (i + 1L) * PART, PART));
    }
    return jobs;
  }

  /**
   * In part 0: the generator begins at a disk's first byte.
   *
   * @param commands of each size, at most
   */
  private void sweepWithDigests(int commands) throws IOException {
    Endpoint endpoint = new Endpoint(daemon.target().portal(), daemon.target().iqn(), 0);
    for (int bytes = BLOCK; bytes <= MIB; bytes *= 8) {
      int depth = Math.max(1, Math.min(32, MIB / bytes));
      long span = Math.min(PART, (long) bytes * commands);
      LoadGenerator.writeAndCheck(
          endpoint, new Shape(bytes, depth, 1, 0, /* digests= */ true, span), new Content(seed));
    }
  }

  /** In the parts 5 and 6. */
  private void mixed(Backstore kind, int number) throws IOException {
    RawLogin login =
        RawLogin.as(daemon.target(), "iqn.2026-11.org.holdfast.test:mixed-" + number)
            .withKey("InitialR2T", number == 0 ? "Yes" : "No");
    try (RawInitiator session = login.login()) {
      session.read(Cdbs.testUnitReady(), 0); // takes the login's unit attention
      byte[] provisioning = session.read(Cdbs.inquiryPage(0xb2, 64), 64).data();
      boolean unmaps = (provisioning[5] & LBPU_BIT) != 0; // SBC-3 clause 6.6.4
      assertThat(unmaps || !kind.thin()).as("UNMAP is there").isTrue();
      new MixedLoad(
              session,
              (int) ((5L + number) * PART / BLOCK),
              MIXED_PART / BLOCK,
              unmaps,
              seed + number)
          .run(MIXED_COMMANDS);
    }
  }

  /**
   * Threads that serve I/O come once; memory that was pooled is used again. How many loads it takes
   * until the pool has grown to what the deepest moment wants is a matter of luck: so there may be
   * several, and then it must not grow any more.
   */
  @Test
  void loadAfterLoadNeedsNoMoreThreadsAndMemory() throws Exception {
    start(Backstore.FILE_WRITE_THROUGH);
    List<Long> threads = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    int still = LONG ? ROUNDS / 2 : 3;
    while (resident.size() < ROUNDS
        && !(resident.size() >= still && grownBy(resident, still) == 0)) {
      for (int session = 0; session < AT_ONCE; session++) {
        sweepWithDigests(SOAK_SWEEP);
      }
      threads.add(daemon.threads());
      resident.add(daemon.residentBytes() / MIB);
    }
    System.out.printf(
        "IntegrityUnderLoadTest: threads %s, resident MiB %s after each load%n", threads, resident);
    assertThat(threads.getLast()).isLessThanOrEqualTo(threads.get(1) + 2);
    assertThat(grownBy(resident, still)).as("MiB more in the last loads: " + resident).isZero();
    assertThat(resident.getLast()).as("MiB").isLessThan(MOST_RESIDENT);
    assertThat(daemon.log()).doesNotContain("LEAK", " ERROR ");
  }

  /** How much the last loads added; up to a fiftieth, which the heap may take, is nothing. */
  private static long grownBy(List<Long> resident, int loads) {
    long before = resident.get(resident.size() - loads);
    long grown = resident.getLast() - before;
    return grown > before / 50 ? grown : 0;
  }
}
