package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.ModeParameters;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.jspecify.annotations.Nullable;

/** MODE SENSE(6) and MODE SENSE(10) (SPC-4 clauses 6.13 and 6.14). */
final class ModeSense {
  static final CdbField LLBAA = CdbField.of("LLBAA", 1, 4, 1);
  static final CdbField DBD = CdbField.of("DBD", 1, 3, 1);
  static final CdbField PC = CdbField.of("PC", 2, 7, 2);
  static final CdbField PAGE_CODE = CdbField.of("PAGE CODE", 2, 5, 6);
  static final CdbField SUBPAGE_CODE = CdbField.bytes("SUBPAGE CODE", 3, 1);
  static final CdbField ALLOCATION_LENGTH_6 = CdbField.bytes("ALLOCATION LENGTH", 4, 1);
  static final CdbField ALLOCATION_LENGTH_10 = CdbField.bytes("ALLOCATION LENGTH", 7, 2);

  private static final int PC_SAVED = 3;
  private static final int ALL_SUBPAGES = 0xFF;

  /** DEVICE-SPECIFIC PARAMETER of direct access devices (SBC-3 clause 6.4.1). */
  private static final int WP = 0x80;

  private static final int DPOFUA = 0x10;
  private static final int LONGLBA = 0x01;

  /** Which block descriptor follows the header. */
  enum Descriptor {
    NONE,
    SHORT_LBA,
    LONG_LBA
  }

  private ModeSense() {}

  static void execute6(LogicalUnit unit, ScsiTask task) {
    Descriptor descriptor = DBD.valueIn(task.cdb()) != 0 ? Descriptor.NONE : Descriptor.SHORT_LBA;
    execute(unit, task, ModeSense::header6, descriptor, ALLOCATION_LENGTH_6);
  }

  static void execute10(LogicalUnit unit, ScsiTask task) {
    Descriptor descriptor;
    if (DBD.valueIn(task.cdb()) != 0) {
      descriptor = Descriptor.NONE;
    } else {
      descriptor = LLBAA.valueIn(task.cdb()) != 0 ? Descriptor.LONG_LBA : Descriptor.SHORT_LBA;
    }
    execute(unit, task, ModeSense::header10, descriptor, ALLOCATION_LENGTH_10);
  }

  private interface Header {
    /**
     * The mode parameter header.
     *
     * @param following bytes after the header, block descriptor included
     */
    byte[] of(int following, int deviceSpecific, Descriptor descriptor);
  }

  private static void execute(
      LogicalUnit unit,
      ScsiTask task,
      Header header,
      Descriptor descriptor,
      CdbField allocationLength) {
    Sense refused = refusal(task.cdb(), unit.modes());
    if (refused != null) {
      task.end(Outcome.check(refused));
      return;
    }
    DeviceProfile profile = unit.device().profile();
    byte[] block = blockDescriptor(descriptor, profile);
    byte[] pages =
        ModePages.pages((int) PAGE_CODE.valueIn(task.cdb()), values(task.cdb()), unit.modes());
    int following = block.length + pages.length;
    int deviceSpecific = DPOFUA | (WriteProtection.refusal(unit, task) != null ? WP : 0);
    byte[] head = header.of(following, deviceSpecific, descriptor);
    byte[] data =
        ByteBuffer.allocate(head.length + following).put(head).put(block).put(pages).array();
    task.dataIn(data, allocationLength.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  private static @Nullable Sense refusal(Cdb cdb, ModeParameters modes) {
    long subpage = SUBPAGE_CODE.valueIn(cdb);
    if (!ModePages.exists((int) PAGE_CODE.valueIn(cdb))) {
      return PAGE_CODE.refused();
    }
    // No page has subpages, so page and subpage FFh together are the page alone.
    if (subpage != 0 && subpage != ALL_SUBPAGES) {
      return SUBPAGE_CODE.refused();
    }
    return PC.valueIn(cdb) == PC_SAVED && !modes.canSave()
        ? Sense.illegalRequest(SenseCode.SAVING_PARAMETERS_NOT_SUPPORTED)
        : null;
  }

  private static ModePages.Values values(Cdb cdb) {
    return switch ((int) PC.valueIn(cdb)) {
      case 0 -> ModePages.Values.CURRENT;
      case 1 -> ModePages.Values.CHANGEABLE;
      case 2 -> ModePages.Values.DEFAULT;
      default -> ModePages.Values.SAVED; // Two bits.
    };
  }

  private static byte[] header6(int following, int deviceSpecific, Descriptor descriptor) {
    return new byte[] {
      (byte) (3 + following), 0, (byte) deviceSpecific, (byte) descriptorLength(descriptor)
    };
  }

  private static byte[] header10(int following, int deviceSpecific, Descriptor descriptor) {
    return ByteBuffer.allocate(8)
        .putShort((short) (6 + following))
        .put((byte) 0)
        .put((byte) deviceSpecific)
        .put((byte) (descriptor == Descriptor.LONG_LBA ? LONGLBA : 0))
        .put((byte) 0)
        .putShort((short) descriptorLength(descriptor))
        .array();
  }

  private static int descriptorLength(Descriptor descriptor) {
    return switch (descriptor) {
      case NONE -> 0;
      case SHORT_LBA -> 8;
      case LONG_LBA -> 16;
    };
  }

  /** SBC-3 clauses 6.4.2.2 and 6.4.2.3. */
  private static byte[] blockDescriptor(Descriptor descriptor, DeviceProfile profile) {
    ByteBuffer out = ByteBuffer.allocate(descriptorLength(descriptor));
    switch (descriptor) {
      case NONE -> {}
      // The high byte of the last four is reserved; a block length fits the three below it.
      case SHORT_LBA -> out.putInt(Bytes.saturate32(profile.blocks())).putInt(profile.blockSize());
      case LONG_LBA -> out.putLong(profile.blocks()).putInt(0).putInt(profile.blockSize());
    }
    return out.array();
  }
}
