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
 */
public record DeviceProfile(
    int blockSize,
    long blocks,
    int physicalBlockExponent,
    boolean writeCache,
    boolean readOnly,
    boolean thin) {
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
  }

  /** Size in bytes. */
  public long size() {
    return blocks * blockSize;
  }
}
