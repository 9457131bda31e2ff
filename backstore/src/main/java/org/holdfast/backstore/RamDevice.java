package org.holdfast.backstore;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device in memory: fast, and empty again with the next start. Memory is taken piece by piece as
 * it is written; unmapping gives whole pieces back.
 *
 * <p>Thread: requests run on the submitter's. Overlapping requests at one time may mix, as on a
 * disk.
 */
public final class RamDevice implements BlockDevice {
  private static final Logger log = LoggerFactory.getLogger(RamDevice.class);

  /** Bytes of one piece. */
  static final int PIECE = 1 << 20;

  /** Bytes; what an atomic write may take, so that it does not keep others waiting for long. */
  private static final int ATOMIC_WRITE = 1 << 20;

  /** Where the memory comes from. */
  public enum Memory {
    /** The Java heap: counts towards -Xmx. */
    HEAP,
    /** Outside the heap: counts towards -XX:MaxDirectMemorySize. */
    DIRECT
  }

  private final DeviceProfile profile;
  private final IntFunction<ByteBuffer> memory;

  /** Null stands for zeros. */
  private final AtomicReferenceArray<@Nullable ByteBuffer> pieces;

  private final InFlight inFlight = new InFlight();

  /**
   * @param profile what the device is to be; {@code thin} decides whether it takes UNMAP, and its
   *     granularity is that of the pieces
   * @throws IllegalArgumentException larger than 2 PiB
   */
  public RamDevice(DeviceProfile profile, Memory memory) {
    this(
        profile,
        switch (memory) {
          case HEAP -> ByteBuffer::allocate;
          case DIRECT -> ByteBuffer::allocateDirect;
        });
  }

  /**
   * As above, with memory from {@code memory}, which throws {@link OutOfMemoryError} at its end.
   */
  RamDevice(DeviceProfile profile, IntFunction<ByteBuffer> memory) {
    long count = (profile.size() + PIECE - 1) / PIECE;
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("no memory holds " + profile.size() + " bytes");
    }
    this.profile =
        profile.thin() ? profile.withUnmapGranularity(PIECE / profile.blockSize()) : profile;
    this.memory = memory;
    this.pieces = new AtomicReferenceArray<>((int) count);
  }

  @Override
  public DeviceProfile profile() {
    return profile;
  }

  /** Nothing outlives the process or the power, and no write fails half way. */
  @Override
  public int atomicWriteLimit() {
    return ATOMIC_WRITE;
  }

  @Override
  public boolean ready() {
    return inFlight.open();
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public void submit(IoRequest request, IoCompletion completion) {
    Ranges.require(profile, request);
    if (!inFlight.enter()) {
      completion.done(failed(DeviceFault.NOT_READY, Ranges.offset(request), "is closed"));
      return;
    }
    IoResult result;
    try {
      result = carryOut(request);
    } catch (OutOfMemoryError e) {
      result = failed(DeviceFault.NO_SPACE, Ranges.offset(request), "no memory left: " + e);
    }
    inFlight.leave();
    completion.done(result);
  }

  private IoResult carryOut(IoRequest request) {
    if (profile.readOnly()
        && (request instanceof IoRequest.Write
            || request instanceof IoRequest.WriteZeroes
            || request instanceof IoRequest.Unmap
            || request instanceof IoRequest.CopyFrom)) {
      return failed(DeviceFault.READ_ONLY, Ranges.offset(request), "is read-only");
    }
    switch (request) {
      case IoRequest.Read(long offset, ByteBuffer target) -> read(offset, target);
      case IoRequest.Write(long offset, ByteBuffer source, boolean fua) -> write(offset, source);
      case IoRequest.Flush() -> {
        // Memory has no cache in front of it.
      }
      case IoRequest.FindExtents(long offset, long length) -> {
        return new IoResult.Extents(extents(offset, length));
      }
      case IoRequest.CopyFrom copy -> {
        return copy(copy);
      }
      case IoRequest.WriteZeroes(long offset, long length, boolean mayUnmap, boolean fua) ->
          clear(offset, length);
      case IoRequest.Unmap(long offset, long length) -> {
        if (!profile.thin()) {
          return failed(DeviceFault.WRITE_ERROR, offset, "UNMAP on a device that is not thin");
        }
        clear(offset, length);
      }
    }
    return IoResult.DONE;
  }

  private void read(long offset, ByteBuffer target) {
    long position = offset;
    while (target.hasRemaining()) {
      int within = (int) (position % PIECE);
      int length = Math.min(PIECE - within, target.remaining());
      ByteBuffer piece = pieces.get((int) (position / PIECE));
      if (piece == null) {
        target.put(new byte[length]);
      } else {
        target.put(piece.slice(within, length));
      }
      position += length;
    }
  }

  /** Takes all memory before it copies, so that a lack of it leaves the blocks as they were. */
  private void write(long offset, ByteBuffer source) {
    for (long index = offset / PIECE; index * PIECE < offset + source.remaining(); index++) {
      piece((int) index);
    }
    long position = offset;
    while (source.hasRemaining()) {
      int within = (int) (position % PIECE);
      int length = Math.min(PIECE - within, source.remaining());
      piece((int) (position / PIECE))
          .slice(within, length)
          .put(source.slice(source.position(), length));
      source.position(source.position() + length);
      position += length;
    }
  }

  private void clear(long offset, long length) {
    long end = offset + length;
    long position = offset;
    while (position < end) {
      int index = (int) (position / PIECE);
      int within = (int) (position % PIECE);
      int part = (int) Math.min(PIECE - within, end - position);
      ByteBuffer piece = pieces.get(index);
      if (part == PIECE) {
        pieces.set(index, null);
      } else if (piece != null) {
        piece.slice(within, part).put(new byte[part]);
      }
      position += part;
    }
  }

  private List<IoResult.Extent> extents(long offset, long length) {
    if (!profile.thin()) {
      return length == 0 ? List.of() : NoRanges.allMapped(offset, length);
    }
    List<IoResult.Extent> extents = new ArrayList<>();
    long end = offset + length;
    long position = offset;
    while (position < end) {
      boolean mapped = mapped(position);
      long next = position;
      while (next < end && mapped(next) == mapped) {
        next = Math.min(end, (next / PIECE + 1) * PIECE);
      }
      extents.add(new IoResult.Extent(position, next - position, mapped));
      position = next;
    }
    return extents;
  }

  private boolean mapped(long position) {
    return pieces.get((int) (position / PIECE)) != null;
  }

  private IoResult copy(IoRequest.CopyFrom copy) {
    boolean overlaps =
        copy.source() == this && Math.abs(copy.offset() - copy.sourceOffset()) < copy.length();
    if (overlaps || !(copy.source() instanceof RamDevice source)) {
      return new IoResult.Failed(
          DeviceFault.NOT_SUPPORTED, copy.offset(), "memory device: cannot copy this by itself");
    }
    if (!Ranges.inside(source.profile, copy.sourceOffset(), copy.length())) {
      return failed(DeviceFault.OUT_OF_RANGE, copy.offset(), "the source of a copy is smaller");
    }
    if (!source.inFlight.enter()) {
      return failed(DeviceFault.NOT_READY, copy.offset(), "the source of a copy is closed");
    }
    try {
      copyPieces(source, copy);
      return IoResult.DONE;
    } finally {
      source.inFlight.leave();
    }
  }

  private void copyPieces(RamDevice source, IoRequest.CopyFrom copy) {
    long done = 0;
    while (done < copy.length()) {
      long from = copy.sourceOffset() + done;
      int within = (int) (from % PIECE);
      int part = (int) Math.min(PIECE - within, copy.length() - done);
      ByteBuffer piece = source.pieces.get((int) (from / PIECE));
      if (piece == null) {
        clear(copy.offset() + done, part);
      } else {
        write(copy.offset() + done, piece.slice(within, part));
      }
      done += part;
    }
  }

  private ByteBuffer piece(int index) {
    ByteBuffer there = pieces.get(index);
    if (there != null) {
      return there;
    }
    ByteBuffer fresh = memory.apply(PIECE);
    ByteBuffer first = pieces.compareAndExchange(index, null, fresh);
    return first == null ? fresh : first;
  }

  private static IoResult.Failed failed(DeviceFault fault, long offset, String words) {
    String detail = "memory device at byte %d: %s".formatted(offset, words);
    log.warn("{}: {}", fault, detail);
    return new IoResult.Failed(fault, offset, detail);
  }

  @Override
  public void close() {
    if (inFlight.closeAndDrain()) {
      for (int i = 0; i < pieces.length(); i++) {
        pieces.set(i, null);
      }
    }
  }
}
