package org.holdfast.scsi;

/**
 * What a device is; the engine derives from it what it tells initiators.
 *
 * @param blockSize logical block size in bytes, 512 or 4096
 * @param blocks number of logical blocks, at least 1
 * @param physicalBlockExponent log2 of logical blocks per physical block (SBC-4 READ CAPACITY(16)),
 *     0..15
 * @param writeCache true when a completed write may still be lost in a power cut (WCE = 1)
 * @param readOnly writes are refused
 * @param thin unmapped blocks exist: UNMAP releases space and reads as zeros
 * @param unmapGranularity logical blocks that are released together (SBC-4 Block Limits VPD page,
 *     OPTIMAL UNMAP GRANULARITY), at least 1; UNMAP of less is carried out, but may release nothing
 * @param alignedLba first logical block that begins a physical block (SBC-4 READ CAPACITY(16),
 *     LOWEST ALIGNED LOGICAL BLOCK ADDRESS), 0..16383
 */
public record DeviceProfile(
    int blockSize,
    long blocks,
    int physicalBlockExponent,
    boolean writeCache,
    boolean readOnly,
    boolean thin,
    int unmapGranularity,
    int alignedLba) {
  private static final int MAX_ALIGNED_LBA = 0x3FFF;

  public DeviceProfile {
    if (blockSize != 512 && blockSize != 4096) {
      throw new IllegalArgumentException("logical block size is 512 or 4096, not " + blockSize);
    }
    if (blocks < 1) {
      throw new IllegalArgumentException("a device has at least one block, not " + blocks);
    }
    if (physicalBlockExponent < 0 || physicalBlockExponent > 15) {
      throw new IllegalArgumentException("physical block exponent " + physicalBlockExponent);
    }
    if (unmapGranularity < 1) {
      throw new IllegalArgumentException("unmap granularity " + unmapGranularity);
    }
    if (alignedLba < 0 || alignedLba > MAX_ALIGNED_LBA) {
      throw new IllegalArgumentException("lowest aligned LBA " + alignedLba);
    }
  }

  /** Every block can be unmapped by itself, and LBA 0 is aligned. */
  public DeviceProfile(
      int blockSize,
      long blocks,
      int physicalBlockExponent,
      boolean writeCache,
      boolean readOnly,
      boolean thin) {
    this(blockSize, blocks, physicalBlockExponent, writeCache, readOnly, thin, 1, 0);
  }

  /** The same, but writes are refused. */
  public DeviceProfile forReading() {
    return new DeviceProfile(
        blockSize,
        blocks,
        physicalBlockExponent,
        writeCache,
        /* readOnly= */ true,
        thin,
        unmapGranularity,
        alignedLba);
  }

  /** The same, but every completed write is stable. */
  public DeviceProfile withoutWriteCache() {
    return new DeviceProfile(
        blockSize,
        blocks,
        physicalBlockExponent,
        /* writeCache= */ false,
        readOnly,
        thin,
        unmapGranularity,
        alignedLba);
  }

  /** The same with another number of logical blocks. */
  public DeviceProfile withBlocks(long count) {
    return new DeviceProfile(
        blockSize,
        count,
        physicalBlockExponent,
        writeCache,
        readOnly,
        thin,
        unmapGranularity,
        alignedLba);
  }

  /** The same, but so many logical blocks are released together. */
  public DeviceProfile withUnmapGranularity(int count) {
    return new DeviceProfile(
        blockSize, blocks, physicalBlockExponent, writeCache, readOnly, thin, count, alignedLba);
  }

  /** Size in bytes. */
  public long size() {
    return blocks * blockSize;
  }
}
