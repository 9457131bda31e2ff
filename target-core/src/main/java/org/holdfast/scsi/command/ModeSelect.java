package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.Map;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.ModeParameter;
import org.holdfast.scsi.ModeParameters;
import org.holdfast.scsi.ModeSettings;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MODE SELECT(6) and MODE SELECT(10) (SPC-4 clauses 6.11 and 6.12). A list is refused whole or done
 * whole.
 *
 * @param listLength PARAMETER LIST LENGTH
 * @param header bytes of the mode parameter header
 * @param longLba the header has the LONGLBA bit
 */
record ModeSelect(CdbField listLength, int header, boolean longLba) {
  private static final Logger log = LoggerFactory.getLogger(ModeSelect.class);

  static final CdbField PF = CdbField.of("PF", 1, 4, 1);

  /** Reverting to the defaults is not supported. */
  static final CdbField RTD = CdbField.zero("RTD", 1, 1, 1);

  static final CdbField SP = CdbField.of("SP", 1, 0, 1);

  static final ModeSelect SIX =
      new ModeSelect(CdbField.bytes("PARAMETER LIST LENGTH", 4, 1), 4, /* longLba= */ false);
  static final ModeSelect TEN =
      new ModeSelect(CdbField.bytes("PARAMETER LIST LENGTH", 7, 2), 8, /* longLba= */ true);

  private static final int LONGLBA = 0x01;
  private static final int SHORT_DESCRIPTOR = 8;
  private static final int LONG_DESCRIPTOR = 16;

  int dataOut(Cdb cdb, LogicalUnit unit) {
    return (int) listLength.valueIn(cdb);
  }

  void execute(LogicalUnit unit, ScsiTask task) {
    boolean save = SP.valueIn(task.cdb()) != 0;
    if (save && !unit.modes().canSave()) {
      task.end(Outcome.check(SP.refused()));
      return;
    }
    if (listLength.valueIn(task.cdb()) == 0) {
      task.end(Outcome.GOOD); // Nothing to change, and that is no error.
      return;
    }
    if (PF.valueIn(task.cdb()) == 0) {
      // The pages would be in a format of the vendor's, and there is none.
      task.end(Outcome.check(PF.refused()));
      return;
    }
    switch (read(unit, task)) {
      case ModePages.Selection.Refused(Sense sense) -> task.end(Outcome.check(sense));
      case ModePages.Selection.Wanted(Map<ModeParameter, Boolean> values) ->
          unit.modes()
              .change(before -> merge(before, values), save, result -> end(unit, task, result));
    }
  }

  private static ModeSettings merge(ModeSettings before, Map<ModeParameter, Boolean> values) {
    ModeSettings after = before;
    for (Map.Entry<ModeParameter, Boolean> entry : values.entrySet()) {
      after = after.with(entry.getKey(), entry.getValue());
    }
    return after;
  }

  private static void end(LogicalUnit unit, ScsiTask task, ModeParameters.Result result) {
    switch (result) {
      case ModeParameters.Result.Done(boolean changed) -> {
        if (changed) {
          // The pages are shared by all I_T nexuses.
          unit.tellOthers(task.nexus(), SenseCode.MODE_PARAMETERS_CHANGED);
        }
        task.end(Outcome.GOOD);
      }
      case ModeParameters.Result.NotStable(var failure) ->
          task.end(FaultMapper.outcome(unit, task, failure));
      case ModeParameters.Result.NotKept(String why) -> {
        log.error("MODE SELECT of {}: the pages were not saved: {}", task.nexus(), why);
        task.end(
            Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
      }
    }
  }

  private ModePages.Selection read(LogicalUnit unit, ScsiTask task) {
    byte[] list = Bytes.dataOut(task);
    if (list.length < header || list.length < listLength.valueIn(task.cdb())) {
      return new ModePages.Selection.Refused(
          Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    }
    int descriptor = descriptorLength(list);
    Sense refused = headerRefusal(list, descriptor);
    if (refused == null && descriptor > 0) {
      refused = descriptorRefusal(list, descriptor, unit.device().profile());
    }
    return refused != null
        ? new ModePages.Selection.Refused(refused)
        : ModePages.select(list, header + descriptor, unit.modes());
  }

  private int descriptorLength(byte[] list) {
    int last = list[header - 1] & 0xFF;
    return longLba ? (list[header - 2] & 0xFF) << 8 | last : last;
  }

  /**
   * The mode parameter header (SPC-4 clause 7.5.5). MODE DATA LENGTH and, on disks, the
   * DEVICE-SPECIFIC PARAMETER are reserved in MODE SELECT; hosts send back what they have read.
   */
  private @Nullable Sense headerRefusal(byte[] list, int descriptor) {
    int mediumType = longLba ? 2 : 1;
    if (list[mediumType] != 0) {
      return Sense.invalidFieldInParameterList(mediumType, -1);
    }
    boolean isLong = longLba && (list[4] & LONGLBA) != 0;
    if (descriptor != 0 && descriptor != (isLong ? LONG_DESCRIPTOR : SHORT_DESCRIPTOR)) {
      return Sense.invalidFieldInParameterList(longLba ? header - 2 : header - 1, -1);
    }
    return header + descriptor > list.length
        ? Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR)
        : null;
  }

  /**
   * Neither capacity nor block length can be changed: zero blocks mean as many as there are, all
   * ones as many as there can be (SBC-3 clauses 6.4.2.2 and 6.4.2.3).
   */
  private @Nullable Sense descriptorRefusal(byte[] list, int length, DeviceProfile profile) {
    ByteBuffer bytes = ByteBuffer.wrap(list, header, length).slice();
    long blocks;
    long same;
    long all;
    int blockLength;
    if (length == LONG_DESCRIPTOR) {
      blocks = bytes.getLong(0);
      same = profile.blocks();
      all = -1L;
      blockLength = bytes.getInt(12);
    } else {
      blocks = bytes.getInt(0) & 0xFFFF_FFFFL;
      same = Math.min(profile.blocks(), 0xFFFF_FFFFL);
      all = 0xFFFF_FFFFL;
      blockLength = bytes.getInt(4) & 0xFF_FFFF;
    }
    if (blocks != 0 && blocks != same && blocks != all) {
      return Sense.invalidFieldInParameterList(header, -1);
    }
    int lengthAt = length == LONG_DESCRIPTOR ? 12 : 5;
    return blockLength == profile.blockSize()
        ? null
        : Sense.invalidFieldInParameterList(header + lengthAt, -1);
  }
}
