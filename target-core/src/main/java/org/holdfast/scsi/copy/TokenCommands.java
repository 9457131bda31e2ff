package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/** What POPULATE TOKEN and WRITE USING TOKEN have in common (SBC-5 clauses 5.12 and 5.59). */
final class TokenCommands {
  static final CdbField LIST_IDENTIFIER = CdbField.bytes("LIST IDENTIFIER", 6, 4);

  /** Advice about statistics that are not kept (SBC-5 clause 4.22). */
  static final CdbField GROUP_NUMBER = CdbField.of("GROUP NUMBER", 14, 4, 5);

  /** IMMED, and the bit above it, are in this byte of both lists. */
  static final int FLAGS_AT = 2;

  static final int IMMED = 0x01;

  private TokenCommands() {}

  static CopyOperations.Key key(ScsiTask task) {
    return new CopyOperations.Key(true, LIST_IDENTIFIER.valueIn(task.cdb()));
  }

  /**
   * What is wrong with the lengths in {@code list}, or null.
   *
   * @param lengthAt where the two bytes are that count the bytes of the range descriptors, which
   *     follow them
   */
  static @Nullable Sense refusal(ByteBuffer list, int lengthAt) {
    int first = lengthAt + 2;
    if (list.limit() < first) {
      return Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }
    if (dataEnd(list) < first + BlockRange.LENGTH) {
      return Sense.invalidFieldInParameterList(0, 7);
    }
    return (list.getShort(lengthAt) & 0xFFFF) < BlockRange.LENGTH
        ? Sense.invalidFieldInParameterList(lengthAt, 7)
        : null;
  }

  /** The complete descriptors; what is cut short by one of the lengths is ignored. */
  static List<BlockRange> ranges(ByteBuffer list, int lengthAt) {
    int first = lengthAt + 2;
    int end = first + (list.getShort(lengthAt) & 0xFFFF);
    return BlockRange.read(list, first, Math.min(end, Math.min(dataEnd(list), list.limit())));
  }

  /** The data length does not count its own two bytes. */
  static int dataEnd(ByteBuffer list) {
    return 2 + (list.getShort(0) & 0xFFFF);
  }
}
