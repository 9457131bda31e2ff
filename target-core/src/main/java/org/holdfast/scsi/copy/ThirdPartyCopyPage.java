package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.ServiceAction;

/** The Third-party Copy VPD page (SPC-4 clause 7.8.17, SBC-5 clause 6.6.9). */
public final class ThirdPartyCopyPage {
  /** PAGE CODE. */
  public static final int CODE = 0x8F;

  private static final int ROOM = 1024;

  private static final int BLOCK_DEVICE_ROD_TOKEN_LIMITS = 0x0000;
  private static final int SUPPORTED_COMMANDS = 0x0001;
  private static final int PARAMETER_DATA = 0x0004;
  private static final int SUPPORTED_DESCRIPTORS = 0x0008;
  private static final int SUPPORTED_CSCD_IDS = 0x000C;
  private static final int ROD_TOKEN_FEATURES = 0x0106;
  private static final int SUPPORTED_ROD_TYPES = 0x0108;
  private static final int GENERAL_COPY_OPERATIONS = 0x8001;

  /** TOKEN_IN: WRITE USING TOKEN takes it. TOKEN_OUT: POPULATE TOKEN makes it. */
  private static final int TOKEN_IN = 0x02;

  private static final int TOKEN_OUT = 0x01;

  private ThirdPartyCopyPage() {}

  /** The descriptors, one after another, without the page's header. */
  public static byte[] body(LogicalUnit unit) {
    long blockSize = unit.device().profile().blockSize();
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    put(out, BLOCK_DEVICE_ROD_TOKEN_LIMITS, tokenLimits(blockSize));
    put(out, SUPPORTED_COMMANDS, commands(unit.commands()));
    put(
        out,
        PARAMETER_DATA,
        ByteBuffer.allocate(28)
            .putShort(4, (short) CopyLimits.TARGETS)
            .putShort(6, (short) CopyLimits.SEGMENTS)
            .putInt(8, CopyLimits.DESCRIPTOR_LIST));
    put(
        out,
        SUPPORTED_DESCRIPTORS,
        ByteBuffer.allocate(4)
            .put((byte) 3)
            .put((byte) SegmentDescriptor.BLOCKS)
            .put((byte) SegmentDescriptor.BYTES)
            .put((byte) TargetDescriptor.TYPE));
    // None but the indexes of the list: its length is zero.
    put(out, SUPPORTED_CSCD_IDS, ByteBuffer.allocate(4));
    put(out, ROD_TOKEN_FEATURES, tokenFeatures());
    put(out, SUPPORTED_ROD_TYPES, rodTypes());
    put(
        out,
        GENERAL_COPY_OPERATIONS,
        ByteBuffer.allocate(32)
            .putInt(0, CopyLimits.CONCURRENT)
            .putInt(4, CopyLimits.CONCURRENT)
            .putInt(8, CopyLimits.SEGMENT_BYTES)
            .put(12, (byte) CopyLimits.GRANULARITY));
    return Arrays.copyOf(out.array(), out.position());
  }

  /** A descriptor: type, length, {@code content}, padded to a multiple of four. */
  private static void put(ByteBuffer out, int type, ByteBuffer content) {
    int padded = (content.capacity() + 3) / 4 * 4;
    out.putShort((short) type).putShort((short) padded);
    byte[] bytes = new byte[padded];
    content.get(0, bytes, 0, content.capacity());
    out.put(bytes);
  }

  /** SBC-5 clause 6.6.9.3; sizes in logical blocks. */
  private static ByteBuffer tokenLimits(long blockSize) {
    return ByteBuffer.allocate(32)
        .putShort(6, (short) CopyLimits.RANGES)
        .putInt(8, CopyLimits.MAXIMUM_INACTIVITY)
        .putInt(12, CopyLimits.DEFAULT_INACTIVITY)
        .putLong(16, CopyLimits.TOKEN_BYTES / blockSize)
        .putLong(24, CopyLimits.OPTIMAL_TOKEN_BYTES / blockSize);
  }

  /** The rows of both operation codes: what is said here is what is there. */
  private static ByteBuffer commands(CommandTable table) {
    ByteBuffer list = ByteBuffer.allocate(256);
    list.put((byte) 0);
    for (int opcode : new int[] {CopyRows.COPY_OUT, CopyRows.COPY_IN}) {
      List<CommandSpec> rows = table.rows(opcode);
      list.put((byte) opcode).put((byte) rows.size());
      for (CommandSpec row : rows) {
        if (row.serviceAction() instanceof ServiceAction.Value(int value)) {
          list.put((byte) value);
        }
      }
    }
    list.put(0, (byte) (list.position() - 1));
    return ByteBuffer.wrap(Arrays.copyOf(list.array(), list.position()));
  }

  /**
   * REMOTE TOKENS 0: only tokens that a unit of this daemon has made. A token lives until it has
   * not been used for its inactivity timeout; nothing else limits its life.
   */
  private static ByteBuffer tokenFeatures() {
    ByteBuffer out = ByteBuffer.allocate(44 + 48);
    out.putInt(20, CopyLimits.MAXIMUM_INACTIVITY);
    out.putShort(42, (short) 48);
    // Block ROD device type specific features: descriptor format and device type 0.
    out.putShort(46, (short) 44);
    out.putLong(52, CopyLimits.TOKEN_BYTES);
    out.putLong(60, CopyLimits.OPTIMAL_TOKEN_BYTES);
    return out;
  }

  private static ByteBuffer rodTypes() {
    ByteBuffer out = ByteBuffer.allocate(4 + 2 * 64);
    out.putShort(2, (short) (2 * 64));
    out.putInt(4, RodToken.CHANGE_VULNERABLE).put(8, (byte) (TOKEN_IN | TOKEN_OUT));
    out.putInt(68, RodToken.BLOCK_ZERO).put(72, (byte) TOKEN_IN);
    return out;
  }
}
