package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * When {@link FileDevice} calls the operating system for what, and what it makes of the answers.
 */
class FileDeviceTest {
  private static final int SIZE = 4 << 20;

  private final ScriptedIo io = new ScriptedIo(SIZE);
  private final CountDownLatch open = new CountDownLatch(1);
  private final List<FileDevice> devices = new ArrayList<>();
  private volatile boolean released;
  private PageCache cache = PageCache.EVERYTHING;

  private FileDevice device(CacheMode cache, InlineIo inline) {
    return device(cache, inline, 4, 16);
  }

  private FileDevice device(CacheMode cache, InlineIo inline, int threads, int queue) {
    FileDevice device =
        new FileDevice(
            open(io, () -> released = true),
            new DeviceProfile(
                512, SIZE / 512, 3, cache == CacheMode.WRITE_BACK, /* readOnly= */ false, false),
            inline,
            new IoThreads("disk", threads, queue));
    devices.add(device);
    return device;
  }

  private OpenFile open(ScriptedIo io, Runnable released) {
    return new OpenFile(
        "disk",
        io,
        cache,
        RangeIo.NONE,
        new SpaceWatch(RangeIo.NONE, System::nanoTime),
        FileDeviceOptions.Allocation.THIN,
        released);
  }

  @AfterEach
  void closeAll() {
    open.countDown();
    devices.forEach(FileDevice::close);
  }

  // ---- What GOOD means.

  @Test
  void writeThroughAnswersAfterTheForce() {
    assertThat(callsAtCompletion(CacheMode.WRITE_THROUGH, Io.write(0, 512, false)))
        .containsExactly("write", "force");
  }

  @Test
  void writeBackAnswersWithoutForce() {
    assertThat(callsAtCompletion(CacheMode.WRITE_BACK, Io.write(0, 512, false)))
        .containsExactly("write");
  }

  @Test
  void fuaForcesInWriteBackToo() {
    assertThat(callsAtCompletion(CacheMode.WRITE_BACK, Io.write(0, 512, true)))
        .containsExactly("write", "force");
  }

  @Test
  void flushForces() {
    assertThat(callsAtCompletion(CacheMode.WRITE_BACK, new IoRequest.Flush()))
        .containsExactly("force");
    io.calls.clear();
    assertThat(callsAtCompletion(CacheMode.WRITE_THROUGH, new IoRequest.Flush()))
        .containsExactly("force");
  }

  @Test
  void zeroesGoInBoundedPiecesWithOneForce() {
    IoRequest zeroes = new IoRequest.WriteZeroes(0, 2 * FileWork.ZERO_CHUNK + 512, true, true);
    assertThat(callsAtCompletion(CacheMode.WRITE_BACK, zeroes))
        .containsExactly("write", "write", "write", "force");
  }

  private List<String> callsAtCompletion(CacheMode cache, IoRequest request) {
    CompletableFuture<List<String>> calls = new CompletableFuture<>();
    device(cache, InlineIo.NONE)
        .submit(
            request,
            result -> {
              assertThat(result).isEqualTo(IoResult.DONE);
              calls.complete(List.copyOf(io.calls));
            });
    return calls.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void shortReadsAndWritesGoOnUntilAllIsDone() {
    FileDevice device = device(CacheMode.WRITE_THROUGH, InlineIo.NONE);
    io.atMostPerCall = 100;
    byte[] data = new byte[1024];
    new Random(1).nextBytes(data);
    assertThat(Io.write(device, 512, data)).isEqualTo(IoResult.DONE);
    assertThat(Io.read(device, 512, 1024)).isEqualTo(data);
  }

  // ---- Faults.

  @ParameterizedTest
  @EnumSource(Errno.class)
  void theSystemsErrorsBecomeTheirFaults(Errno errno) {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    io.onWrite = ScriptedIo.fails(errno.text());
    IoResult.Failed failed =
        Io.failure(Io.run(device, Io.write(1024, 512, false)), errno.writeFault());
    assertThat(failed.offset()).isEqualTo(1024);
    assertThat(failed.detail()).contains("disk", "byte 1024", errno.text());
  }

  @Test
  void aFullDiskIsNoSpaceAndTheDeviceGoesOn() {
    FileDevice device = device(CacheMode.WRITE_THROUGH, InlineIo.NONE);
    io.onWrite = ScriptedIo.fails(Errno.ENOSPC.text());
    Io.failure(Io.run(device, Io.write(0, 512, false)), DeviceFault.NO_SPACE);
    io.onWrite = () -> {};
    assertThat(Io.run(device, Io.write(0, 512, false))).isEqualTo(IoResult.DONE);
  }

  @Test
  void otherErrorsAreReadAndWriteErrors() {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.READS);
    io.onWrite = ScriptedIo.fails("Input/output error");
    io.onRead = io.onWrite;
    Io.failure(Io.run(device, Io.write(0, 512, false)), DeviceFault.WRITE_ERROR);
    Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.READ_ERROR);
  }

  @Test
  void anUnexpectedExceptionIsAnsweredToo() {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    io.onRead =
        () -> {
          throw new OutOfMemoryError("no transfer buffer");
        };
    assertThat(Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.READ_ERROR).detail())
        .contains("no transfer buffer");
  }

  @Test
  void aFileThatGotShorterIsAReadError() {
    FileDevice device =
        new FileDevice(
            open(new ScriptedIo(512), () -> {}),
            new DeviceProfile(512, 2, 3, true, false, false),
            InlineIo.READS,
            new IoThreads("disk", 1, 1));
    devices.add(device);
    IoResult.Failed failed = Io.failure(Io.run(device, Io.read(0, 1024)), DeviceFault.READ_ERROR);
    assertThat(failed.offset()).isEqualTo(512);
    assertThat(failed.detail()).contains("shorter");
  }

  @Test
  void afterAFailedForceNothingIsPromisedAnyMore() {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    io.onForce = ScriptedIo.fails("Input/output error");
    Io.failure(Io.run(device, new IoRequest.Flush()), DeviceFault.WRITE_ERROR);
    io.onForce = () -> {};
    // The kernel would say yes now, having dropped the pages.
    for (IoRequest request :
        List.of(
            new IoRequest.Flush(),
            Io.write(0, 512, true),
            new IoRequest.WriteZeroes(0, 512, false, true))) {
      assertThat(Io.failure(Io.run(device, request), DeviceFault.WRITE_ERROR).detail())
          .contains("an earlier fsync failed", "Input/output error", "opened again");
    }
    assertThat(io.calls).containsOnlyOnce("force");
    assertThat(Io.run(device, Io.write(0, 512, false))).isEqualTo(IoResult.DONE);
    assertThat(Io.run(device, Io.read(0, 512))).isEqualTo(IoResult.DONE);
    assertThatThrownBy(device::close).hasMessageContaining("may be lost");
    assertThat(io.calls).containsOnlyOnce("force").endsWith("close");
  }

  /** Whoever stops the daemon is told; the device is closed all the same. */
  @Test
  void aLastForceThatFailsIsNotKeptFromWhomeverCloses() {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    assertThat(Io.run(device, Io.write(0, 512, false))).isEqualTo(IoResult.DONE);
    io.onForce = ScriptedIo.fails("Input/output error");
    assertThatThrownBy(device::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("writes that were answered may be lost");
    assertThat(io.calls).endsWith("close");
    assertThat(released).isTrue();
    device.close();
  }

  @Test
  void aForceInFlightWhenOneFailsIsNotBelieved() throws Exception {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    CountDownLatch entered = new CountDownLatch(1);
    io.onForce =
        () -> {
          entered.countDown();
          await(open);
          throw new IOException("Input/output error");
        };
    var first = Io.begin(device, new IoRequest.Flush());
    await(entered);
    var second = Io.begin(device, Io.write(0, 512, true));
    open.countDown();
    Io.failure(Io.result(first), DeviceFault.WRITE_ERROR);
    Io.failure(Io.result(second), DeviceFault.WRITE_ERROR);
    assertThatThrownBy(device::close).hasMessageContaining("may be lost");
  }

  /** However few threads the device has: they do not wait for the force of others. */
  @Test
  void writesInFlightShareAForceThatBeganAfterTheyHadReturned() throws Exception {
    FileDevice device = device(CacheMode.WRITE_THROUGH, InlineIo.NONE, 2, 64);
    CountDownLatch entered = new CountDownLatch(1);
    io.onForce =
        () -> {
          entered.countDown();
          await(open);
        };
    List<CompletableFuture<IoResult>> writes = new ArrayList<>();
    writes.add(Io.begin(device, Io.write(0, 512, false)));
    await(entered);
    for (int i = 1; i < 32; i++) {
      writes.add(Io.begin(device, Io.write(i * 512L, 512, false)));
    }
    while (Collections.frequency(List.copyOf(io.calls), "write") < 32) {
      Thread.onSpinWait();
    }
    assertThat(writes).noneMatch(CompletableFuture::isDone);
    open.countDown();
    assertThat(writes).allSatisfy(one -> assertThat(Io.result(one)).isEqualTo(IoResult.DONE));
    // The last write may have returned just as the second force began.
    assertThat(io.calls.lastIndexOf("force")).isGreaterThan(io.calls.lastIndexOf("write"));
    assertThat(Collections.frequency(io.calls, "force")).isBetween(2, 3);
  }

  // ---- What the page cache has.

  /** Has the first {@code bytes} of the disk, all of them 7. */
  private record Beginning(int bytes) implements PageCache {
    @Override
    public void read(ByteBuffer target, long position) {
      for (long at = position; at < bytes && target.hasRemaining(); at++) {
        target.put((byte) 7);
      }
    }
  }

  @Test
  void aReadThatThePageCacheAnswersCallsNobody() {
    cache = new Beginning(1024);
    assertThat(threadOf(InlineIo.READS, Io.read(512, 512))).isSameAs(Thread.currentThread());
    assertThat(io.calls).isEmpty();
    assertThat(threadOf(InlineIo.NONE, Io.read(512, 512)).getName()).startsWith("io-disk-");
  }

  @Test
  void whatThePageCacheLacksComesFromTheThreads() {
    cache = new Beginning(700);
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.READS);
    byte[] disk = new byte[1024];
    new Random(1).nextBytes(disk);
    assertThat(Io.run(device, new IoRequest.Write(0, ByteBuffer.wrap(disk), false)))
        .isEqualTo(IoResult.DONE);
    byte[] got = Io.read(device, 512, 512);
    assertThat(Arrays.copyOf(got, 188)).containsOnly(7);
    assertThat(Arrays.copyOfRange(got, 188, 512)).isEqualTo(Arrays.copyOfRange(disk, 700, 1024));
    assertThat(io.calls).containsExactly("write", "read");
    assertThat(threadOf(InlineIo.READS, Io.read(512, 512)).getName()).startsWith("io-disk-");
  }

  @Test
  void writesToADiskNeverRunInline() {
    cache = new Beginning(SIZE);
    InlineIo most = InlineIo.READS_AND_CACHED_WRITES;
    assertThat(threadOf(most, Io.write(0, 512, false)).getName()).startsWith("io-disk-");
  }

  // ---- Threads and the end.

  @Test
  void aFullQueueIsSaidAtOnce() throws Exception {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE, 1, 1);
    CountDownLatch entered = new CountDownLatch(1);
    io.onWrite =
        () -> {
          entered.countDown();
          await(open);
        };
    var running = Io.begin(device, Io.write(0, 512, false));
    await(entered);
    var waiting = Io.begin(device, Io.write(512, 512, false));
    Io.failure(Io.run(device, Io.write(1024, 512, false)), DeviceFault.QUEUE_FULL);
    open.countDown();
    assertThat(Io.result(running)).isEqualTo(IoResult.DONE);
    assertThat(Io.result(waiting)).isEqualTo(IoResult.DONE);
    assertThat(io.calls).containsExactly("write", "write");
  }

  @Test
  void onlyWhatMayRunInlineDoes() {
    assertThat(threadOf(InlineIo.READS, Io.read(0, 512))).isSameAs(Thread.currentThread());
    assertThat(threadOf(InlineIo.READS, Io.write(0, 512, false)).getName()).startsWith("io-disk-");
    assertThat(threadOf(InlineIo.NONE, Io.read(0, 512)).getName()).startsWith("io-disk-");
    InlineIo most = InlineIo.READS_AND_CACHED_WRITES;
    assertThat(threadOf(most, Io.write(0, 512, false))).isSameAs(Thread.currentThread());
    assertThat(threadOf(most, Io.write(0, 512, true)).getName()).startsWith("io-disk-");
    assertThat(threadOf(most, new IoRequest.Flush()).getName()).startsWith("io-disk-");
  }

  private Thread threadOf(InlineIo inline, IoRequest request) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    device(CacheMode.WRITE_BACK, inline)
        .submit(request, result -> thread.complete(Thread.currentThread()));
    return thread.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void anInterruptedSubmitterGetsNoInlineIo() throws Exception {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.READS);
    AtomicReference<Thread> worker = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    device.submit(
        Io.read(0, 512),
        result -> {
          worker.set(Thread.currentThread());
          done.countDown();
        });
    assertThat(Thread.interrupted()).isTrue();
    await(done);
    assertThat(worker.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void closeWaitsForWhatRunsThenForcesAndLetsGo() throws Exception {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    CountDownLatch entered = new CountDownLatch(1);
    io.onWrite =
        () -> {
          entered.countDown();
          await(open);
        };
    var running = Io.begin(device, Io.write(0, 512, false));
    await(entered);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(device::close);
    while (device.ready()) {
      Thread.onSpinWait();
    }
    Io.failure(Io.run(device, Io.read(0, 512)), DeviceFault.NOT_READY);
    assertThat(io.calls).containsExactly("write");
    assertThat(released).isFalse();
    open.countDown();
    closed.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(Io.result(running)).isEqualTo(IoResult.DONE);
    assertThat(io.calls).containsExactly("write", "force", "close");
    assertThat(released).isTrue();
    device.close();
    assertThat(io.calls).containsOnlyOnce("close");
  }

  @Test
  void aCompletionMayCloseTheDevice() {
    FileDevice device = device(CacheMode.WRITE_BACK, InlineIo.NONE);
    CompletableFuture<Void> closed = new CompletableFuture<>();
    device.submit(
        new IoRequest.Read(0, ByteBuffer.allocate(512)),
        result -> {
          device.close();
          closed.complete(null);
        });
    closed.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(released).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts these threads", e);
    }
  }
}
