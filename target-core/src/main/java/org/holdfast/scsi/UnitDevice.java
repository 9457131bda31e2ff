package org.holdfast.scsi;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The device as its unit's commands see it: with the write cache off where MODE SELECT switched it
 * off, and with its traffic counted.
 *
 * <p>While the cache is on, requests that may end in it are counted from their submission to their
 * end: one is counted first and looks at {@link #off} then, whoever switches the cache off sets
 * {@code off} first and looks at the count then. So a request is either made stable or waited for.
 * Thread: any.
 */
final class UnitDevice implements BlockDevice {
  private final BlockDevice device;
  private final IoCounters counters;

  /** Requests in flight that may end in the cache. */
  private final AtomicInteger cached = new AtomicInteger();

  /** Runs when there are none; set by whoever switches the cache off. */
  private final AtomicReference<@Nullable Runnable> whenNone = new AtomicReference<>();

  private volatile boolean off;

  UnitDevice(BlockDevice device, IoCounters counters) {
    this.device = device;
    this.counters = counters;
  }

  /** The device has a write cache, whether it is switched off here or not. */
  boolean hasCache() {
    return device.profile().writeCache();
  }

  /**
   * From now on whatever is written is stable when it is done. One call at a time.
   *
   * @param done when everything written before is stable, too, with null; or with why it cannot be
   */
  void cacheOff(Consumer<IoResult.@Nullable Failed> done) {
    whenNone.set(
        () ->
            device.submit(
                new IoRequest.Flush(),
                result -> done.accept(result instanceof IoResult.Failed failed ? failed : null)));
    off = true;
    if (cached.get() == 0) {
      settled();
    }
  }

  void cacheOn() {
    off = false;
  }

  private void settled() {
    Runnable waiting = whenNone.getAndSet(null);
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public DeviceProfile profile() {
    DeviceProfile profile = device.profile();
    return off && profile.writeCache() ? profile.withoutWriteCache() : profile;
  }

  @Override
  public boolean ready() {
    return device.ready();
  }

  @Override
  public SpaceUsage space() {
    return device.space();
  }

  @Override
  public int atomicWriteLimit() {
    return device.atomicWriteLimit();
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    counters.asked(request);
    if (!hasCache() || !changesData(request)) {
      device.submit(unwrapped(request), completion);
      return;
    }
    cached.incrementAndGet();
    if (off) {
      leave();
      submitStable(request, completion);
    } else {
      device.submit(
          unwrapped(request),
          result -> {
            leave();
            completion.done(result);
          });
    }
  }

  private void leave() {
    if (cached.decrementAndGet() == 0 && off) {
      settled();
    }
  }

  private static boolean changesData(IoRequest request) {
    return switch (request) {
      case IoRequest.Write _, IoRequest.WriteZeroes _, IoRequest.Unmap _, IoRequest.CopyFrom _ ->
          true;
      case IoRequest.Read _, IoRequest.Flush _, IoRequest.FindExtents _ -> false;
    };
  }

  /** Devices know each other's kind, not this one. */
  private static IoRequest unwrapped(IoRequest request) {
    return request instanceof IoRequest.CopyFrom copy && copy.source() instanceof UnitDevice other
        ? new IoRequest.CopyFrom(other.device, copy.sourceOffset(), copy.offset(), copy.length())
        : request;
  }

  /** As a device without a write cache does it: what is changed is stable when it is done. */
  private void submitStable(IoRequest request, IoCompletion completion) {
    switch (request) {
      case IoRequest.Write write ->
          device.submit(
              new IoRequest.Write(write.offset(), write.source(), /* fua= */ true), completion);
      case IoRequest.WriteZeroes zeroes ->
          device.submit(
              new IoRequest.WriteZeroes(
                  zeroes.offset(), zeroes.length(), zeroes.mayUnmap(), /* fua= */ true),
              completion);
      default ->
          device.submit(
              unwrapped(request),
              result -> {
                if (result instanceof IoResult.Failed) {
                  completion.done(result);
                } else {
                  device.submit(new IoRequest.Flush(), completion);
                }
              });
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
