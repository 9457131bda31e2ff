package org.holdfast.scsi.command;

import java.util.List;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ScsiTask;

/** PREVENT ALLOW MEDIUM REMOVAL (SPC-4 clause 6.18). */
final class PreventAllow {
  static final CdbField PREVENT = CdbField.of("PREVENT", 4, 1, 2);

  private static final int ALLOWED = 0;
  private static final int PREVENTED = 1;

  /** SPC-4 table 41: giving back what one holds disturbs no reservation. */
  static final ReservationRule RESERVATION =
      new ReservationRule.ByCdb(
          List.of(
              new ReservationRule.Case("PREVENT = 0", ReservationClass.ALWAYS_ALLOWED),
              new ReservationRule.Case("otherwise", ReservationClass.MEDIUM_WRITE)),
          cdb ->
              PREVENT.valueIn(cdb) == ALLOWED
                  ? ReservationClass.ALWAYS_ALLOWED
                  : ReservationClass.MEDIUM_WRITE);

  private PreventAllow() {}

  /** 2 and 3 are obsolete; of a fixed disk nothing can be removed, so nothing can be prevented. */
  static void execute(LogicalUnit unit, ScsiTask task) {
    Nexus nexus = task.nexus().identity();
    int wanted = (int) PREVENT.valueIn(task.cdb());
    if (wanted > PREVENTED || (wanted == PREVENTED && !unit.options().removable())) {
      task.end(Outcome.check(PREVENT.refused()));
      return;
    }
    if (wanted == PREVENTED) {
      unit.medium().prevent(nexus);
    } else {
      unit.medium().allow(nexus);
    }
    task.end(Outcome.GOOD);
  }
}
