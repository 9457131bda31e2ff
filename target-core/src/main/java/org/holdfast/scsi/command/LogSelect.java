package org.holdfast.scsi.command;

import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.SenseCode;

/** LOG SELECT (SPC-4 clause 6.7): lets the counters begin again. They cannot be set to a value. */
final class LogSelect {
  static final CdbField PCR = CdbField.of("PCR", 1, 1, 1);
  static final CdbField SP = CdbField.zero("SP", 1, 0, 1);
  static final CdbField PC = CdbField.of("PC", 2, 7, 2);
  static final CdbField PAGE_CODE = CdbField.of("PAGE CODE", 2, 5, 6);
  static final CdbField SUBPAGE_CODE = CdbField.zero("SUBPAGE CODE", 3, 7, 8);
  static final CdbField LIST_LENGTH = CdbField.zero("PARAMETER LIST LENGTH", 7, 7, 16);

  /** Sets all cumulative values to their defaults, which are zero. */
  private static final int DEFAULT_CUMULATIVE = 3;

  /** PAGE CODE zero stands for all pages. */
  private static final int ALL_PAGES = 0;

  private LogSelect() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    Cdb cdb = task.cdb();
    int page = (int) PAGE_CODE.valueIn(cdb);
    boolean reads = page == ALL_PAGES || page == LogPages.READ_ERRORS;
    boolean writes = page == ALL_PAGES || page == LogPages.WRITE_ERRORS;
    if (!reads && !writes) {
      task.end(Outcome.check(PAGE_CODE.refused()));
      return;
    }
    if (PCR.valueIn(cdb) != 0 || PC.valueIn(cdb) == DEFAULT_CUMULATIVE) {
      if (reads) {
        unit.counters().resetReads();
      }
      if (writes) {
        unit.counters().resetWrites();
      }
      unit.tellOthers(task.nexus(), SenseCode.LOG_PARAMETERS_CHANGED);
    }
    task.end(Outcome.GOOD);
  }
}
