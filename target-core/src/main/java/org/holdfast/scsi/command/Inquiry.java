package org.holdfast.scsi.command;

import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/** INQUIRY (SPC-4 clause 6.6). */
final class Inquiry {
  static final CdbField CMDDT = CdbField.zero("CMDDT (obsolete)", 1, 1, 1);
  static final CdbField EVPD = CdbField.of("EVPD", 1, 0, 1);
  static final CdbField PAGE_CODE = CdbField.bytes("PAGE CODE", 2, 1);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 3, 2);

  private Inquiry() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    byte[] data;
    if (EVPD.valueIn(task.cdb()) == 0) {
      data = StandardInquiry.of(unit);
    } else {
      data =
          VpdPages.page(
              (int) PAGE_CODE.valueIn(task.cdb()), unit, task.nexus().identity().target());
    }
    answer(task, data);
  }

  /** LUN 0 is where initiators begin, so a unit could always be there; elsewhere none can. */
  static void executeWithoutUnit(ScsiTask task) {
    int peripheral =
        LunMap.decode(task.lun()) == 0 ? StandardInquiry.NOT_CONNECTED : StandardInquiry.NO_UNIT;
    boolean evpd = EVPD.valueIn(task.cdb()) != 0;
    answer(
        task,
        evpd
            ? VpdPages.pageWithoutUnit((int) PAGE_CODE.valueIn(task.cdb()), peripheral)
            : StandardInquiry.withoutUnit(peripheral));
  }

  private static void answer(ScsiTask task, byte @Nullable [] data) {
    boolean pageWithoutEvpd = EVPD.valueIn(task.cdb()) == 0 && PAGE_CODE.valueIn(task.cdb()) != 0;
    if (data == null || pageWithoutEvpd) {
      task.end(Outcome.check(PAGE_CODE.refused()));
      return;
    }
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
