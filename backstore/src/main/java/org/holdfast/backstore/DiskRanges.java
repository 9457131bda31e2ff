package org.holdfast.backstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.holdfast.backstore.BackstoreException.Reason;
import org.holdfast.backstore.FileDeviceOptions.Access;
import org.holdfast.backstore.FileDeviceOptions.Provisioning;
import org.holdfast.backstore.linux.DiskGeometry;
import org.holdfast.backstore.linux.Fallocate;
import org.holdfast.backstore.linux.OsException;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.scsi.IoResult.Extent;
import org.holdfast.scsi.SpaceUsage;

/**
 * A block device. A disk that deallocates is thin only when it also zeroes by command: plain
 * BLKDISCARD leaves open what is read afterwards, and UNMAP here promises zeros. So the kernel is
 * asked for zeros that may be deallocated, which fails rather than leave anything else.
 */
final class DiskRanges implements RangeIo {
  private static final int MAX_EXPONENT = 15;
  private static final int MAX_ALIGNED_LBA = 0x3FFF;

  private final OsFile file;
  private final String number;
  private final DiskGeometry geometry;
  private final boolean thin;

  private DiskRanges(OsFile file, String number, DiskGeometry geometry, boolean thin) {
    this.file = file;
    this.number = number;
    this.geometry = geometry;
    this.thin = thin;
  }

  /**
   * Opens it, for writing exclusively: not mounted, no other daemon's, no part of a volume group.
   *
   * @throws BackstoreException in use, or its blocks are larger than those that are to be served
   */
  static DiskRanges open(FileDeviceOptions options, FileKind.Block disk)
      throws IOException, BackstoreException {
    Path path = options.path();
    boolean writable = options.access() == Access.READ_WRITE;
    OsFile file;
    try {
      file = OsFile.open(path, writable ? OsFile.Mode.READ_WRITE_EXCLUSIVE : OsFile.Mode.READ);
    } catch (OsException e) {
      if (e.isBusy()) {
        throw new BackstoreException(
            Reason.BUSY,
            "%s: the kernel says it is in use: mounted, part of a volume or array, or another"
                    .formatted(path)
                + " daemon's; let it go there first (lsblk %s shows what is on it)".formatted(path),
            e);
      }
      throw e;
    }
    try {
      DiskGeometry geometry = DiskGeometry.of(file, disk.number());
      if (options.blockSize() % geometry.logicalBlock() != 0) {
        throw new BackstoreException(
            Reason.BAD_SIZE,
            "%s: its blocks have %d bytes and cannot be served as blocks of %d; set block_size to %d"
                .formatted(
                    path, geometry.logicalBlock(), options.blockSize(), geometry.logicalBlock()));
      }
      boolean thin =
          writable
              && options.provisioning() == Provisioning.THIN_WHERE_POSSIBLE
              && geometry.discardGranularity() > 0
              && geometry.zeroesMax() > 0;
      return new DiskRanges(file, disk.number(), geometry, thin);
    } catch (IOException | BackstoreException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public PageCache cache() {
    return new PageCache.Asked(file);
  }

  @Override
  public boolean present() {
    return Files.exists(Path.of("/sys/dev/block", number))
        || !Files.exists(Path.of("/sys/dev/block"));
  }

  @Override
  public Shape shape(int blockSize) {
    int granularity =
        thin ? Math.clamp(geometry.discardGranularity() / blockSize, 1, Integer.MAX_VALUE) : 1;
    int perPhysical = Math.max(1, geometry.physicalBlock() / blockSize);
    int aligned = geometry.alignment() / blockSize;
    if (geometry.alignment() < 0
        || geometry.alignment() % blockSize != 0
        || aligned > MAX_ALIGNED_LBA
        || Integer.bitCount(perPhysical) != 1) {
      // Nothing true can be said of where physical blocks begin.
      return new Shape(thin, 0, granularity, 0);
    }
    int exponent = Math.min(MAX_EXPONENT, Integer.numberOfTrailingZeros(perPhysical));
    return new Shape(thin, exponent, granularity, aligned);
  }

  @Override
  public boolean deallocate(long offset, long length) throws IOException {
    return thin && Fallocate.PUNCH_HOLE.apply(file, offset, length);
  }

  @Override
  public boolean zero(long offset, long length) throws IOException {
    return Fallocate.ZERO_RANGE.apply(file, offset, length);
  }

  /** A disk does not tell the kernel what it has allocated. */
  @Override
  public List<Extent> extents(long offset, long length, int unit) {
    return NoRanges.allMapped(offset, length);
  }

  @Override
  public boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length) {
    return false;
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public boolean truncate(long size) {
    return false;
  }

  @Override
  public boolean allocate(long size) {
    return false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
