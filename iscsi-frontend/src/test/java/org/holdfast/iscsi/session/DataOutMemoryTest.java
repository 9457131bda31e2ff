package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions share the daemon's memory for Data-Out: none starves, none waits for ever. */
@Timeout(60)
class DataOutMemoryTest {
  /** Ten thousand bytes for solicited data. */
  private final World world = new World(Map.of(), SessionLimits.DEFAULT, 20_000);

  private TestInitiator session(int number) {
    TestInitiator initiator = new TestInitiator(world);
    initiator.isid += number;
    return initiator.loggedIn("InitialR2T=Yes", "ImmediateData=No");
  }

  private static int write(TestInitiator initiator, int length) {
    return initiator.write(length, length, true, new byte[0]);
  }

  private static void finish(TestInitiator initiator, int length) {
    initiator.answerR2ts(new byte[length], 8_192);
    assertThat(initiator.next(ScsiResponse.class).status()).isZero();
  }

  @Test
  void aSessionWaitsForTheMemoryOfAnother() {
    TestInitiator first = session(1);
    TestInitiator second = session(2);
    TestInitiator third = session(3);
    write(first, 6_000);
    int waiting = write(second, 6_000);
    int behind = write(third, 1_000);
    second.nothingSent();
    third.nothingSent();
    finish(first, 6_000);
    assertThat(second.outbox.sent.peek().pdu().initiatorTaskTag()).isEqualTo(waiting);
    assertThat(third.outbox.sent.peek().pdu().initiatorTaskTag()).isEqualTo(behind);
    finish(second, 6_000);
    finish(third, 1_000);
    assertThat(world.node.dataOut().solicited().used()).isZero();
  }

  @Test
  void theEndOfASessionLetsTheNextOneIn() {
    TestInitiator holder = session(1);
    TestInitiator waiter = session(2);
    TestInitiator next = session(3);
    write(holder, 9_000);
    write(waiter, 9_000);
    write(next, 2_000);
    waiter.connection.onClosed();
    next.nothingSent();
    holder.connection.onClosed();
    next.next(ReadyToTransfer.class);
    next.closeAndCountBuffers();
    assertThat(world.node.dataOut().solicited().used()).isZero();
  }

  @Test
  void whoeverLeavesTheQueueLetsThoseBehindPass() {
    TestInitiator holder = session(1);
    TestInitiator large = session(2);
    TestInitiator small = session(3);
    write(holder, 6_000);
    write(large, 9_000);
    write(small, 2_000);
    small.nothingSent();
    large.connection.onClosed();
    small.next(ReadyToTransfer.class);
  }

  @Test
  void moreThanTheDaemonHasIsRefused() {
    TestInitiator initiator = session(1);
    write(initiator, 10_001);
    assertThat(initiator.next(ScsiResponse.class).response())
        .isEqualTo(ScsiResponse.TARGET_FAILURE);
  }

  @Test
  void aGrantThatComesAfterTheSessionHasLeftIsGivenBack() {
    DataOutPools pools = DataOutPools.of(2_000);
    Deque<Runnable> loop = new ArrayDeque<>();
    DataOutMemory holder = new DataOutMemory(HeapDataBuffer::new, 1_000, pools, Runnable::run);
    DataOutMemory late = new DataOutMemory(HeapDataBuffer::new, 1_000, pools, loop::add);
    List<DataBuffer> granted = new ArrayList<>();
    holder.whenThere("holder", 1_000, granted::add);
    late.whenThere("a", 800, granted::add);
    late.whenThere("b", 500, granted::add);
    granted.removeFirst().release();
    assertThat(pools.solicited().used()).as("set aside for a").isEqualTo(800);
    late.withdraw("a");
    assertThat(granted).isEmpty();
    loop.remove().run();
    assertThat(granted).as("b's, from what was a's").hasSize(1);
    assertThat(granted.getFirst().capacity()).isEqualTo(500);
    late.close();
    granted.getFirst().release();
    assertThat(pools.solicited().used()).isZero();
  }

  /** Every request of every session is served in the end, and the bound holds all the time. */
  @Test
  void aStormOfSessionsEndsWithEverybodyServed() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("seed " + seed);
    int sessions = 4;
    int requests = 5_000;
    DataOutPools pools = DataOutPools.of(2 * 10_000);
    AtomicLong live = new AtomicLong();
    AtomicLong peak = new AtomicLong();
    CountDownLatch served = new CountDownLatch(sessions * requests);
    List<ExecutorService> loops = new ArrayList<>();
    try {
      for (int s = 0; s < sessions; s++) {
        ExecutorService loop = Executors.newSingleThreadExecutor();
        loops.add(loop);
        DataOutMemory memory =
            new DataOutMemory(
                size -> {
                  peak.accumulateAndGet(live.addAndGet(size), Math::max);
                  return released(size, live);
                },
                8_000,
                pools,
                loop);
        Random random = new Random(seed + s);
        for (int i = 0; i < requests; i++) {
          int bytes = 1 + random.nextInt(8_000);
          loop.execute(
              () ->
                  memory.whenThere(
                      new Object(),
                      bytes,
                      buffer ->
                          loop.execute(
                              () -> {
                                buffer.release();
                                served.countDown();
                              })));
        }
      }
      assertThat(served.await(40, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
      assertThat(peak.get()).isBetween(8_000L, 10_000L);
    } finally {
      loops.forEach(ExecutorService::shutdown);
    }
    assertThat(pools.solicited().used()).isZero();
  }

  private static DataBuffer released(int size, AtomicLong live) {
    HeapDataBuffer heap = new HeapDataBuffer(size);
    return new DataBuffer() {
      @Override
      public int capacity() {
        return size;
      }

      @Override
      public ByteBuffer view(int offset, int length) {
        return heap.view(offset, length);
      }

      @Override
      public void release() {
        live.addAndGet(-size);
        heap.release();
      }
    };
  }
}
