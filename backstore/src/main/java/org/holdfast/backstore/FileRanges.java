package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Provisioning;
import org.holdfast.backstore.linux.AllocatedBytes;
import org.holdfast.backstore.linux.CopyRange;
import org.holdfast.backstore.linux.Fallocate;
import org.holdfast.backstore.linux.Holes;
import org.holdfast.backstore.linux.OsException;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.IoResult.Extent;
import org.holdfast.scsi.SpaceUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A regular file: holes, clones, the room in its file system. */
final class FileRanges implements RangeIo {
  private static final Logger log = LoggerFactory.getLogger(FileRanges.class);

  /** One call copies no more, so that none lasts very long. */
  private static final long COPY_CHUNK = 64L << 20;

  /** Granularities beyond this are a network file system's wish, not its blocks. */
  private static final long LARGEST_UNIT = 1L << 20;

  private static final Set<String> MEMORY_FILE_SYSTEMS = Set.of("tmpfs", "ramfs");

  private final OsFile file;
  private final FileStore store;

  /** Bytes of a block of the file system, a power of two. */
  private final long unit;

  private final boolean thin;

  private FileRanges(OsFile file, FileStore store, long unit, boolean thin) {
    this.file = file;
    this.store = store;
    this.unit = unit;
    this.thin = thin;
  }

  /** Opens a descriptor of its own; finds out whether the file system can punch holes. */
  static FileRanges open(Path path, Access access, Provisioning provisioning) throws IOException {
    boolean writable = access == Access.READ_WRITE;
    OsFile file = OsFile.open(path, writable ? OsFile.Mode.READ_WRITE : OsFile.Mode.READ);
    try {
      FileStore store = Files.getFileStore(path);
      long unit = unit(store.getBlockSize());
      long size = Files.size(path);
      boolean thin =
          provisioning == Provisioning.THIN_WHERE_POSSIBLE
              && (writable ? punches(file, size, unit) : sparse(file, size));
      return new FileRanges(file, store, unit, thin);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static long unit(long reported) {
    boolean usable = Long.bitCount(reported) == 1 && reported <= LARGEST_UNIT;
    return usable ? reported : NoRanges.PAGE;
  }

  /** Asked behind the end of the file, where there is nothing that a hole could take away. */
  private static boolean punches(OsFile file, long size, long unit) throws IOException {
    long behind = (size / unit + 1) * unit;
    try {
      return Fallocate.PUNCH_HOLE.apply(file, behind, unit);
    } catch (OsException e) {
      log.warn("no space can be given back to the file system: {}", IoFaults.words(e));
      return false;
    }
  }

  /** What nobody may write is thin when it has blocks that occupy nothing. */
  private static boolean sparse(OsFile file, long size) throws IOException {
    try {
      return Holes.nextHole(file, 0) < size;
    } catch (OsException e) {
      log.warn("what the file occupies cannot be known: {}", IoFaults.words(e));
      return false;
    }
  }

  /**
   * Such a file system does not answer for single pages and need not: there is no disk to wait for.
   */
  @Override
  public PageCache cache() {
    return MEMORY_FILE_SYSTEMS.contains(store.type())
        ? PageCache.EVERYTHING
        : new PageCache.Asked(file);
  }

  @Override
  public boolean present() {
    // A deleted file lives on as long as it is open.
    return true;
  }

  @Override
  public Shape shape(int blockSize) {
    Shape plain = RangeIo.NONE.shape(blockSize);
    int granularity = thin ? Math.toIntExact(Math.max(1, unit / blockSize)) : 1;
    return new Shape(thin, plain.physicalBlockExponent(), granularity, plain.alignedLba());
  }

  @Override
  public boolean deallocate(long offset, long length) throws IOException {
    return thin && Fallocate.PUNCH_HOLE.apply(file, offset, length);
  }

  @Override
  public boolean zero(long offset, long length) throws IOException {
    return Fallocate.ZERO_RANGE.apply(file, offset, length);
  }

  @Override
  public List<Extent> extents(long offset, long length, int logicalBlock) throws IOException {
    return ExtentWalk.extents(
        from -> Holes.nextData(file, from),
        from -> Holes.nextHole(file, from),
        offset,
        length,
        logicalBlock);
  }

  @Override
  public boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length)
      throws IOException {
    if (!(source instanceof FileRanges from)) {
      return false;
    }
    List<Extent> extents = from.extents(sourceOffset, length, 1);
    long shift = offset - sourceOffset;
    boolean begun = false;
    // Data first: where it cannot be copied, nothing has changed.
    for (Extent extent : extents) {
      if (extent.mapped()) {
        if (!copyData(from, extent, shift, begun)) {
          return false;
        }
        begun = true;
      }
    }
    for (Extent extent : extents) {
      long at = extent.offset() + shift;
      if (!extent.mapped() && !(deallocate(at, extent.length()) || zero(at, extent.length()))) {
        // A hole that cannot be made here is copied as the zeros that it reads as.
        if (!copyData(from, extent, shift, begun)) {
          return false;
        }
        begun = true;
      }
    }
    return true;
  }

  /** False where it cannot be done, as long as nothing has been {@code begun}. */
  private boolean copyData(FileRanges from, Extent extent, long shift, boolean begun)
      throws IOException {
    long at = extent.offset();
    long left = extent.length();
    if (thin
        && (at | left | shift) % unit == 0
        && CopyRange.share(from.file, at, file, at + shift, left)) {
      return true;
    }
    while (left > 0) {
      long copied = CopyRange.copy(from.file, at, file, at + shift, Math.min(left, COPY_CHUNK));
      if (copied < 0 && !begun && left == extent.length()) {
        return false;
      }
      if (copied <= 0) {
        throw new IOException(
            "copy_file_range stopped at byte %d of the source, %d before the end"
                .formatted(at, left));
      }
      at += copied;
      left -= copied;
    }
    return true;
  }

  @Override
  public SpaceUsage space() throws IOException {
    return new SpaceUsage(AllocatedBytes.of(file), store.getUsableSpace(), unit);
  }

  @Override
  public boolean truncate(long size) throws IOException {
    file.truncate(size);
    return true;
  }

  @Override
  public boolean allocate(long size) throws IOException {
    return Fallocate.ALLOCATE.apply(file, 0, size);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
