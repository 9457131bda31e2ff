package org.holdfast.scsi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A device whose writes land when the test says so. Counts for every block how many writes have
 * landed; keeps no data.
 */
final class HeldDevice implements BlockDevice {
  static final int BLOCKS = 64;

  private final AtomicLongArray landed = new AtomicLongArray(BLOCKS);
  private final List<Runnable> held = new ArrayList<>();
  private volatile Executor executor;

  /** Writes are held until {@link #release()}. */
  HeldDevice() {
    executor = this::hold;
  }

  /** Writes land on {@code executor}. */
  HeldDevice(Executor executor) {
    this.executor = executor;
  }

  private void hold(Runnable write) {
    synchronized (held) {
      held.add(write);
    }
  }

  int held() {
    synchronized (held) {
      return held.size();
    }
  }

  /** Lets the held writes land, on this thread. */
  void release() {
    List<Runnable> now;
    synchronized (held) {
      now = List.copyOf(held);
      held.clear();
    }
    now.forEach(Runnable::run);
  }

  long landed(int lba) {
    return landed.get(lba);
  }

  @Override
  public DeviceProfile profile() {
    return new DeviceProfile(512, BLOCKS, 0, false, false, false);
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    if (request instanceof IoRequest.Write write) {
      executor.execute(
          () -> {
            landed.incrementAndGet((int) (write.offset() / 512));
            completion.done(IoResult.DONE);
          });
    } else {
      completion.done(IoResult.DONE);
    }
  }

  @Override
  public void close() {}
}
