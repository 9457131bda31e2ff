package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
 * A device in memory for one test thread. Completes at once, or when told; copies by itself when
 * told to.
 */
final class CopyDevice implements BlockDevice {
  private final byte[] content;
  private final DeviceProfile profile;
  private final List<IoRequest> requests = new ArrayList<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holdsWrites;
  private boolean copies;
  private boolean zeroes;
  private IoResult.Failed nextWrite;
  private Runnable beforeReadEnds = () -> {};

  CopyDevice(int blockSize, int blocks) {
    profile = new DeviceProfile(blockSize, blocks, 0, false, false, true);
    content = new byte[blockSize * blocks];
  }

  byte[] content() {
    return content;
  }

  /** The bytes of {@code count} blocks from {@code lba} on. */
  byte[] blocks(int lba, int count) {
    return Arrays.copyOfRange(
        content, lba * profile.blockSize(), (lba + count) * profile.blockSize());
  }

  /** Fills every block with its number and {@code salt}. */
  void fill(int salt) {
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i / profile.blockSize() * 7 + salt + i % 11);
    }
  }

  List<IoRequest> requests() {
    return requests;
  }

  /** From now on what changes the content happens in {@link #release()} only. */
  void holdWrites() {
    holdsWrites = true;
  }

  /** Lets the oldest held request happen; false when there is none. */
  boolean release() {
    Runnable oldest = held.poll();
    if (oldest == null) {
      return false;
    }
    oldest.run();
    return true;
  }

  int held() {
    return held.size();
  }

  void copiesByItself() {
    copies = true;
  }

  void zeroesByItself() {
    zeroes = true;
  }

  /** The next request that writes ends so. */
  void failNextWrite(DeviceFault fault, long offset) {
    nextWrite = new IoResult.Failed(fault, offset, "told to fail by the test");
  }

  /** Runs once, when a read has its data and has not been told so. */
  void beforeReadEnds(Runnable action) {
    beforeReadEnds = action;
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
    if (request instanceof IoRequest.Read(long offset, ByteBuffer target)) {
      target.put(content, (int) offset, target.remaining());
      Runnable now = beforeReadEnds;
      beforeReadEnds = () -> {};
      now.run();
      completion.done(IoResult.DONE);
    } else if (holdsWrites) {
      held.add(() -> completion.done(change(request)));
    } else {
      completion.done(change(request));
    }
  }

  private IoResult change(IoRequest request) {
    IoResult.Failed fault = nextWrite;
    boolean supported =
        switch (request) {
          case IoRequest.CopyFrom _ -> copies;
          case IoRequest.WriteZeroes _ -> zeroes;
          default -> true;
        };
    if (fault != null && supported) {
      nextWrite = null;
      return fault;
    }
    return switch (request) {
      case IoRequest.Write(long offset, ByteBuffer source, boolean _) -> {
        source.get(content, (int) offset, source.remaining());
        yield IoResult.DONE;
      }
      case IoRequest.CopyFrom(BlockDevice source, long from, long offset, long length)
          when copies -> {
        System.arraycopy(
            ((CopyDevice) source).content, (int) from, content, (int) offset, (int) length);
        yield IoResult.DONE;
      }
      case IoRequest.WriteZeroes(long offset, long length, boolean _, boolean _) when zeroes -> {
        Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        yield IoResult.DONE;
      }
      case IoRequest.Flush _ -> IoResult.DONE;
      default -> new IoResult.Failed(DeviceFault.NOT_SUPPORTED, 0, "not this device");
    };
  }

  @Override
  public void close() {}
}
