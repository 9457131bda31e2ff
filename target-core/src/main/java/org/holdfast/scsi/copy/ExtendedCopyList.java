package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/**
 * The parameter list of EXTENDED COPY(LID1) (SPC-4 clause 6.4.1).
 *
 * @param listIdentifier 0..FFh; null when the initiator will not ask for the status
 */
record ExtendedCopyList(
    @Nullable Integer listIdentifier,
    List<TargetDescriptor> targets,
    List<SegmentDescriptor> segments) {
  private static final int HEADER = 16;
  private static final int TARGET_LENGTH_AT = 2;
  private static final int SEGMENT_LENGTH_AT = 8;
  private static final int INLINE_LENGTH_AT = 12;

  /** LIST ID USAGE: bits 4 and 3 of byte 1. */
  private static final int USAGE_AT = 1;

  private static final int USAGE_BIT = 4;
  private static final int RESERVED_USAGE = 1;
  private static final int UNIDENTIFIED = 3;

  /** What a list turned out to be. */
  sealed interface Read {
    record Copy(ExtendedCopyList list) implements Read {}

    /** Nothing has been copied. */
    record Refused(Sense sense) implements Read {}
  }

  /** Whatever is wrong is found before the first byte moves, but for what a segment names. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Sense sense;

    Broken(Sense sense) {
      super(null, null, false, false);
      this.sense = sense;
    }

    Broken(SenseCode code) {
      this(Sense.illegalRequest(code));
    }
  }

  /** Reads {@code list}: the whole of what the CDB announced. */
  static Read read(ByteBuffer list) {
    try {
      return new Read.Copy(parse(list));
    } catch (Broken broken) {
      return new Read.Refused(broken.sense);
    }
  }

  private static ExtendedCopyList parse(ByteBuffer list) throws Broken {
    if (list.limit() < HEADER) {
      throw new Broken(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }
    int targets = list.getShort(TARGET_LENGTH_AT) & 0xFFFF;
    long segments = list.getInt(SEGMENT_LENGTH_AT) & 0xFFFF_FFFFL;
    long inline = list.getInt(INLINE_LENGTH_AT) & 0xFFFF_FFFFL;
    if (HEADER + targets + segments + inline > list.limit()
        || targets + segments > CopyLimits.DESCRIPTOR_LIST) {
      throw new Broken(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }
    if (inline > 0) {
      throw new Broken(SenseCode.INLINE_DATA_LENGTH_EXCEEDED);
    }
    return new ExtendedCopyList(
        listIdentifier(list),
        targets(list, targets),
        segments(list, HEADER + targets, HEADER + targets + (int) segments));
  }

  private static @Nullable Integer listIdentifier(ByteBuffer list) throws Broken {
    int usage = list.get(USAGE_AT) >>> 3 & 3;
    int identifier = list.get(0) & 0xFF;
    if (usage == RESERVED_USAGE) {
      throw new Broken(Sense.invalidFieldInParameterList(USAGE_AT, USAGE_BIT));
    }
    if (usage == UNIDENTIFIED && identifier != 0) {
      throw new Broken(Sense.invalidFieldInParameterList(0, 7));
    }
    return usage == UNIDENTIFIED ? null : Integer.valueOf(identifier);
  }

  private static List<TargetDescriptor> targets(ByteBuffer list, int length) throws Broken {
    if (length > CopyLimits.TARGETS * TargetDescriptor.LENGTH) {
      throw new Broken(SenseCode.TOO_MANY_TARGET_DESCRIPTORS);
    }
    List<TargetDescriptor> targets = new ArrayList<>();
    for (int at = HEADER; at < HEADER + length; at += TargetDescriptor.LENGTH) {
      if ((list.get(at) & 0xFF) != TargetDescriptor.TYPE) {
        throw new Broken(SenseCode.UNSUPPORTED_TARGET_DESCRIPTOR_TYPE_CODE);
      }
      if (at + TargetDescriptor.LENGTH > HEADER + length) {
        throw new Broken(Sense.invalidFieldInParameterList(TARGET_LENGTH_AT, 7));
      }
      if ((list.get(at + 1) & TargetDescriptor.NUL) != 0) {
        throw new Broken(Sense.invalidFieldInParameterList(at + 1, 5));
      }
      targets.add(TargetDescriptor.read(list, at));
    }
    return targets;
  }

  private static List<SegmentDescriptor> segments(ByteBuffer list, int from, int end)
      throws Broken {
    List<SegmentDescriptor> segments = new ArrayList<>();
    int at = from;
    while (at < end) {
      if (segments.size() == CopyLimits.SEGMENTS) {
        throw new Broken(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS);
      }
      int length = SegmentDescriptor.length(list.get(at) & 0xFF);
      if (length < 0) {
        throw new Broken(SenseCode.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE);
      }
      if (at + length > end) {
        throw new Broken(Sense.invalidFieldInParameterList(SEGMENT_LENGTH_AT, 7));
      }
      int said = list.getShort(at + SegmentDescriptor.LENGTH_AT) & 0xFFFF;
      if (said != length - SegmentDescriptor.HEADER) {
        throw new Broken(Sense.invalidFieldInParameterList(at + SegmentDescriptor.LENGTH_AT, 7));
      }
      segments.add(SegmentDescriptor.read(list, at));
      at += length;
    }
    return segments;
  }
}
