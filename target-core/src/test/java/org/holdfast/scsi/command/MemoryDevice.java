package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
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

  /** Blocks that occupy no space; their content is zeros. */
  private final BitSet unmapped = new BitSet();

  private DeviceProfile profile;
  private final List<IoRequest> requests = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;
  private int atomicWriteLimit = 4 * 512;
  private SpaceUsage space = SpaceUsage.UNKNOWN;
  private IoResult nextResult = IoResult.DONE;

  MemoryDevice(DeviceProfile profile) {
    this.profile = profile;
    this.content = new byte[(int) profile.size()];
  }

  /** Thin, no write cache, 512-byte blocks. */
  static MemoryDevice ofBlocks(int blocks) {
    return new MemoryDevice(new DeviceProfile(512, blocks, 3, false, false, true));
  }

  boolean mapped(int block) {
    return !unmapped.get(block);
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

  void space(SpaceUsage now) {
    space = now;
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

  /** What the device promises from now on, in bytes; four small blocks at first. */
  void atomicWriteLimit(int bytes) {
    atomicWriteLimit = bytes;
  }

  @Override
  public int atomicWriteLimit() {
    return atomicWriteLimit;
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public SpaceUsage space() {
    return space;
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    requests.add(request);
    IoResult result = nextResult;
    nextResult = IoResult.DONE;
    Runnable work =
        () -> {
          completion.done(result instanceof IoResult.Done ? carryOut(request) : result);
        };
    if (holding) {
      held.add(work);
    } else {
      work.run();
    }
  }

  private IoResult carryOut(IoRequest request) {
    switch (request) {
      case IoRequest.Read(long offset, ByteBuffer target) ->
          target.put(content, (int) offset, target.remaining());
      case IoRequest.Write(long offset, ByteBuffer source, boolean _) -> {
        map(offset, source.remaining(), true);
        source.get(content, (int) offset, source.remaining());
      }
      case IoRequest.Flush() -> {}
      case IoRequest.Unmap(long offset, long length) -> zero(offset, length, false);
      case IoRequest.WriteZeroes(long offset, long length, boolean mayUnmap, boolean _) ->
          zero(offset, length, !mayUnmap);
      case IoRequest.FindExtents(long offset, long length) -> {
        return extents(offset, length);
      }
      case IoRequest.CopyFrom _ -> throw new AssertionError("no command here asks for " + request);
    }
    return IoResult.DONE;
  }

  private void zero(long offset, long length, boolean mapped) {
    Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
    map(offset, length, mapped);
  }

  private void map(long offset, long length, boolean mapped) {
    unmapped.set(block(offset), block(offset + length), !mapped);
  }

  private int block(long offset) {
    return (int) (offset / profile.blockSize());
  }

  /** Block by block: merging them is the engine's business. */
  private IoResult extents(long offset, long length) {
    int size = profile.blockSize();
    return new IoResult.Extents(
        LongStream.range(offset / size, (offset + length) / size)
            .mapToObj(at -> new IoResult.Extent(at * size, size, !unmapped.get((int) at)))
            .toList());
  }

  @Override
  public void close() {}
}
