package org.holdfast.scsi.command;

import java.util.List;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;

/** START STOP UNIT (SBC-3 clause 5.25). */
final class StartStopUnit {
  /** Accepted; the answer comes when all is done, as nothing here takes longer than a flush. */
  static final CdbField IMMED = CdbField.of("IMMED", 1, 0, 1);

  static final CdbField MODIFIER = CdbField.of("POWER CONDITION MODIFIER", 3, 3, 4);
  static final CdbField POWER_CONDITION = CdbField.of("POWER CONDITION", 4, 7, 4);
  static final CdbField NO_FLUSH = CdbField.of("NO_FLUSH", 4, 2, 1);
  static final CdbField LOEJ = CdbField.of("LOEJ", 4, 1, 1);
  static final CdbField START = CdbField.of("START", 4, 0, 1);

  private static final int START_VALID = 0x0;
  private static final int ACTIVE = 0x1;
  private static final int IDLE = 0x2;
  private static final int STANDBY = 0x3;
  private static final int LU_CONTROL = 0x7;
  private static final int FORCE_IDLE_0 = 0xA;
  private static final int FORCE_STANDBY_0 = 0xB;

  /** SBC-3 table 9: starting a unit disturbs no reservation, everything else does. */
  static final ReservationRule RESERVATION =
      new ReservationRule.ByCdb(
          List.of(
              new ReservationRule.Case(
                  "START = 1 and POWER CONDITION = 0", ReservationClass.ALWAYS_ALLOWED),
              new ReservationRule.Case("otherwise", ReservationClass.MEDIUM_WRITE)),
          cdb ->
              START.valueIn(cdb) == 1 && POWER_CONDITION.valueIn(cdb) == START_VALID
                  ? ReservationClass.ALWAYS_ALLOWED
                  : ReservationClass.MEDIUM_WRITE);

  private static final Outcome PREVENTED =
      Outcome.check(Sense.illegalRequest(SenseCode.MEDIUM_REMOVAL_PREVENTED));

  private StartStopUnit() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    switch ((int) POWER_CONDITION.valueIn(task.cdb())) {
      case START_VALID -> startOrStop(unit, task);
      // There is one power condition and no timer: nothing to change, and any command that comes
      // next would be served as before (SBC-3 clause 4.20).
      case ACTIVE, IDLE, STANDBY, LU_CONTROL, FORCE_IDLE_0, FORCE_STANDBY_0 ->
          task.end(Outcome.GOOD);
      default -> task.end(Outcome.check(POWER_CONDITION.refused()));
    }
  }

  private static void startOrStop(LogicalUnit unit, ScsiTask task) {
    Cdb cdb = task.cdb();
    boolean move = LOEJ.valueIn(cdb) != 0;
    boolean start = START.valueIn(cdb) != 0;
    if (move && !unit.options().removable()) {
      // The medium cannot be removed, so it can be neither loaded nor ejected.
      task.end(Outcome.check(LOEJ.refused()));
    } else if (move && start) {
      load(unit, task);
    } else if (!move && unit.medium().ejected()) {
      task.end(Outcome.check(Sense.of(SenseKey.NOT_READY, SenseCode.MEDIUM_NOT_PRESENT)));
    } else if (start) {
      unit.stopped(false);
      task.end(Outcome.GOOD);
    } else if (move && unit.medium().prevented()) {
      task.end(PREVENTED);
    } else if (NO_FLUSH.valueIn(cdb) != 0) {
      task.end(stopOrEject(unit, move));
    } else {
      flushAndStop(unit, task, move);
    }
  }

  private static void load(LogicalUnit unit, ScsiTask task) {
    Outcome outcome =
        switch (unit.medium().load()) {
          case PREVENTED -> PREVENTED;
          case WAS_THERE -> Outcome.GOOD;
          case LOADED -> {
            unit.mediumLoadedBy(task.nexus());
            yield Outcome.GOOD;
          }
        };
    if (outcome instanceof Outcome.Good) {
      unit.stopped(false);
    }
    task.end(outcome);
  }

  private static void flushAndStop(LogicalUnit unit, ScsiTask task, boolean eject) {
    unit.device()
        .submit(
            new IoRequest.Flush(),
            result ->
                task.end(
                    result instanceof IoResult.Done && !task.aborted()
                        ? stopOrEject(unit, eject)
                        : FaultMapper.outcome(unit, task, result)));
  }

  private static Outcome stopOrEject(LogicalUnit unit, boolean eject) {
    if (eject) {
      // Somebody may have prevented it during the flush.
      return unit.medium().eject() ? Outcome.GOOD : PREVENTED;
    }
    unit.stopped(true);
    return Outcome.GOOD;
  }
}
