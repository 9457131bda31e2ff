package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * A block device range descriptor (SBC-5 clause 5.12.3).
 *
 * @param lba first logical block, unsigned 64 bits
 * @param blocks how many, 0..FFFFFFFFh
 */
record BlockRange(long lba, long blocks) {
  static final int LENGTH = 16;

  /** The complete descriptors in {@code list} from {@code first} up to {@code end}. */
  static List<BlockRange> read(ByteBuffer list, int first, int end) {
    List<BlockRange> ranges = new ArrayList<>();
    for (int at = first; at + LENGTH <= end; at += LENGTH) {
      ranges.add(new BlockRange(list.getLong(at), list.getInt(at + 8) & 0xFFFF_FFFFL));
    }
    return ranges;
  }

  /** Sum of the blocks; at most {@link CopyLimits#RANGES} ranges cannot overflow. */
  static long total(List<BlockRange> ranges) {
    return ranges.stream().mapToLong(BlockRange::blocks).sum();
  }

  /**
   * What is wrong with {@code ranges}, or null.
   *
   * @param lengthAt where the parameter list counts the bytes of the descriptors, which follow
   */
  static @Nullable Sense refusal(List<BlockRange> ranges, DeviceProfile profile, int lengthAt) {
    if (ranges.size() > CopyLimits.RANGES) {
      return Sense.illegalRequest(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS);
    }
    for (BlockRange range : ranges) {
      long capacity = profile.blocks();
      if (Long.compareUnsigned(range.lba, capacity) > 0 || range.blocks > capacity - range.lba) {
        return Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
      }
    }
    if (total(ranges) > CopyLimits.TOKEN_BYTES / profile.blockSize()) {
      return Sense.invalidFieldInParameterList(lengthAt, 7);
    }
    return overlap(ranges) ? Sense.invalidFieldInParameterList(lengthAt + 2, 7) : null;
  }

  /** A block is named twice. */
  private static boolean overlap(List<BlockRange> ranges) {
    List<BlockRange> sorted =
        ranges.stream()
            .filter(range -> range.blocks > 0)
            .sorted(Comparator.comparingLong(BlockRange::lba))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      BlockRange before = sorted.get(i - 1);
      if (before.lba + before.blocks > sorted.get(i).lba) {
        return true;
      }
    }
    return false;
  }
}
