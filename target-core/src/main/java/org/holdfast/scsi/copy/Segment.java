package org.holdfast.scsi.copy;

import java.util.List;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;

/**
 * From a segment descriptor to the range that it asks for, judged when its turn comes (SPC-4 clause
 * 5.17.7.4).
 */
sealed interface Segment {
  /** What is to be copied. */
  record Ready(Piece piece) implements Segment {}

  /** COPY ABORTED, with the number of the segment and a pointer into it. */
  record Refused(Sense sense) implements Segment {}

  /**
   * Looks for the units among those that {@code nexus} sees, then at the range.
   *
   * @param number of the segment in its list
   */
  static Segment resolve(
      SegmentDescriptor descriptor, int number, List<TargetDescriptor> targets, ItNexus nexus) {
    End source = End.find(descriptor.source(), targets, nexus);
    if (source instanceof End.Unusable(SenseCode why)) {
      return refused(why, number, SegmentDescriptor.SOURCE_AT);
    }
    End destination = End.find(descriptor.destination(), targets, nexus);
    if (destination instanceof End.Unusable(SenseCode why)) {
      return refused(why, number, SegmentDescriptor.DESTINATION_AT);
    }
    return range(
        descriptor, number, ((End.Usable) source).place(), ((End.Usable) destination).place());
  }

  /** What an index stands for. */
  sealed interface End {
    record Usable(Place place) implements End {}

    record Unusable(SenseCode why) implements End {}

    /** The unit of the target descriptor with this index. */
    static End find(int index, List<TargetDescriptor> targets, ItNexus nexus) {
      if (index >= targets.size()) {
        return new Unusable(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE);
      }
      TargetDescriptor target = targets.get(index);
      if (!target.isDisk()) {
        return new Unusable(SenseCode.INCORRECT_COPY_TARGET_DEVICE_TYPE);
      }
      Place place = target.find(nexus);
      if (place == null) {
        return new Unusable(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE);
      }
      return target.blockLength() == place.blockSize()
          ? new Usable(place)
          : new Unusable(SenseCode.INVALID_FIELD_IN_PARAMETER_LIST);
    }
  }

  private static Segment range(
      SegmentDescriptor descriptor, int number, Place source, Place destination) {
    long length =
        switch (descriptor.type()) {
          case SegmentDescriptor.BYTES -> descriptor.count();
          default ->
              descriptor.count()
                  * (descriptor.destinationCounts() ? destination : source).blockSize();
        };
    if (length > CopyLimits.SEGMENT_BYTES) {
      return refused(SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, number, descriptor.countAt());
    }
    // Whole blocks of both units only: nothing is left over to keep or to pad.
    if (length % source.blockSize() != 0
        || length % destination.blockSize() != 0
        || descriptor.sourceBytes() % source.blockSize() != 0
        || descriptor.destinationBytes() % destination.blockSize() != 0) {
      return refused(SenseCode.UNEXPECTED_INEXACT_SEGMENT, number, descriptor.countAt());
    }
    long from = offset(source, descriptor.sourceLba(), descriptor.sourceBytes(), length);
    if (from < 0) {
      return outside(number, SegmentDescriptor.SOURCE_LBA_AT, true);
    }
    long to =
        offset(destination, descriptor.destinationLba(), descriptor.destinationBytes(), length);
    if (to < 0) {
      return outside(number, SegmentDescriptor.DESTINATION_LBA_AT, false);
    }
    return new Ready(new Piece(source, from, destination, to, length));
  }

  /** First byte, or -1 when a block beyond the last is named. */
  private static long offset(Place place, long lba, int bytes, long length) {
    DeviceProfile profile = place.unit().device().profile();
    if (Long.compareUnsigned(lba, profile.blocks()) > 0) {
      return -1;
    }
    long offset = lba * profile.blockSize() + bytes;
    return offset + length <= profile.size() ? offset : -1;
  }

  private static Segment refused(SenseCode code, int number, int at) {
    return new Refused(Sense.copyAborted(code, number, at));
  }

  /** As if the unit had been asked, and had refused; the pointer is to the address all the same. */
  private static Segment outside(int number, int at, boolean ofSource) {
    Outcome cause =
        Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE));
    Sense pointer = Sense.copyAborted(SenseCode.NO_ADDITIONAL_SENSE_INFORMATION, number, at);
    return new Refused(
        new Sense(
            pointer.key(),
            pointer.code(),
            pointer.information(),
            pointer.specific(),
            new Sense.CopyDetail(number, cause, ofSource)));
  }
}
