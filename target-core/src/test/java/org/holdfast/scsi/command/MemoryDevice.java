package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/**
 * A device in memory for one test thread. Remembers what was asked; completes at once or when told;
 * fails the next request when told.
 */
final class MemoryDevice implements BlockDevice {
  private final byte[] content;
  private DeviceProfile profile;
  private final List<IoRequest> requests = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;
  private IoResult nextResult = IoResult.DONE;

  MemoryDevice(DeviceProfile profile) {
    this.profile = profile;
    this.content = new byte[(int) profile.size()];
  }

  /** Thin, no write cache, 512-byte blocks. */
  static MemoryDevice ofBlocks(int blocks) {
    return new MemoryDevice(new DeviceProfile(512, blocks, 3, false, false, true));
  }

  byte[] content() {
    return content;
  }

  List<IoRequest> requests() {
    return requests;
  }

  void profile(DeviceProfile now) {
    profile = now;
  }

  /** From now on requests complete in {@link #release()} only. */
  void hold() {
    holding = true;
  }

  /** Completes the oldest held request; false when there was none. */
  boolean release() {
    Runnable oldest = held.poll();
    if (oldest == null) {
      return false;
    }
    oldest.run();
    return true;
  }

  void failNext(DeviceFault fault, long offset) {
    nextResult = new IoResult.Failed(fault, offset, "told to fail by the test");
  }

  @Override
  public DeviceProfile profile() {
    return profile;
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
    requests.add(request);
    IoResult result = nextResult;
    nextResult = IoResult.DONE;
    Runnable work =
        () -> {
          if (result instanceof IoResult.Done) {
            carryOut(request);
          }
          completion.done(result);
        };
    if (holding) {
      held.add(work);
    } else {
      work.run();
    }
  }

  private void carryOut(IoRequest request) {
    switch (request) {
      case IoRequest.Read(long offset, ByteBuffer target) ->
          target.put(content, (int) offset, target.remaining());
      case IoRequest.Write(long offset, ByteBuffer source, boolean _) ->
          source.get(content, (int) offset, source.remaining());
      case IoRequest.Flush() -> {}
      case IoRequest.Unmap _,
          IoRequest.WriteZeroes _,
          IoRequest.FindExtents _,
          IoRequest.CopyFrom _ ->
          throw new AssertionError("no command here asks for " + request);
    }
  }

  @Override
  public void close() {}
}
