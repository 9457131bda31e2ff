package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-4 clauses 6.42 and 6.27). The default
 * self-test reads the first and the last block; the one diagnostic page is the list of pages.
 */
final class Diagnostics {
  private static final Logger log = LoggerFactory.getLogger(Diagnostics.class);

  static final CdbField SELF_TEST_CODE = CdbField.of("SELF-TEST CODE", 1, 7, 3);
  static final CdbField PF = CdbField.of("PF", 1, 4, 1);
  static final CdbField SELFTEST = CdbField.of("SELFTEST", 1, 2, 1);

  /** Both allow a test to disturb others; none here does. */
  static final CdbField DEVOFFL = CdbField.of("DEVOFFL", 1, 1, 1);

  static final CdbField UNITOFFL = CdbField.of("UNITOFFL", 1, 0, 1);
  static final CdbField LIST_LENGTH = CdbField.bytes("PARAMETER LIST LENGTH", 3, 2);

  static final CdbField PCV = CdbField.of("PCV", 1, 0, 1);
  static final CdbField PAGE_CODE = CdbField.bytes("PAGE CODE", 2, 1);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 3, 2);

  /** Supported Diagnostic Pages: this page alone. */
  private static final byte[] SUPPORTED_PAGES = {0x00, 0, 0, 1, 0x00};

  private static final int PAGE_HEADER = 4;

  private Diagnostics() {}

  static void receive(LogicalUnit unit, ScsiTask task) {
    // With PCV zero it is the page that was sent last, and no other can have been sent.
    if (PAGE_CODE.valueIn(task.cdb()) != 0) {
      task.end(Outcome.check(PAGE_CODE.refused()));
      return;
    }
    task.dataIn(SUPPORTED_PAGES, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }

  static int dataOut(Cdb cdb, LogicalUnit unit) {
    return (int) LIST_LENGTH.valueIn(cdb);
  }

  static void send(LogicalUnit unit, ScsiTask task) {
    Cdb cdb = task.cdb();
    boolean selfTest = SELFTEST.valueIn(cdb) != 0;
    boolean list = LIST_LENGTH.valueIn(cdb) != 0;
    if (SELF_TEST_CODE.valueIn(cdb) != 0) {
      // Background and foreground self-tests other than the default one.
      task.end(Outcome.check(SELF_TEST_CODE.refused()));
    } else if (selfTest && list) {
      task.end(Outcome.check(LIST_LENGTH.refused()));
    } else if (list && PF.valueIn(cdb) == 0) {
      task.end(Outcome.check(PF.refused()));
    } else if (selfTest) {
      selfTest(unit, task);
    } else {
      task.end(list ? page(task) : Outcome.GOOD);
    }
  }

  /** The page to be received next: the list of pages, whose body is empty. */
  private static Outcome page(ScsiTask task) {
    byte[] page = Bytes.dataOut(task);
    if (page.length < LIST_LENGTH.valueIn(task.cdb()) || page.length < PAGE_HEADER) {
      return Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    }
    if (page[0] != 0) {
      return Outcome.check(Sense.invalidFieldInParameterList(0, -1));
    }
    return page[2] != 0 || page[3] != 0 || page.length != PAGE_HEADER
        ? Outcome.check(Sense.invalidFieldInParameterList(2, -1))
        : Outcome.GOOD;
  }

  private static void selfTest(LogicalUnit unit, ScsiTask task) {
    DeviceProfile profile = unit.device().profile();
    ByteBuffer block = ByteBuffer.allocate(profile.blockSize());
    unit.device()
        .submit(
            new IoRequest.Read(0, block),
            first -> {
              if (first instanceof IoResult.Failed) {
                task.end(verdict(unit, task, first));
                return;
              }
              unit.device()
                  .submit(
                      new IoRequest.Read(profile.size() - profile.blockSize(), block.clear()),
                      last -> task.end(verdict(unit, task, last)));
            });
  }

  private static Outcome verdict(LogicalUnit unit, ScsiTask task, IoResult result) {
    if (result instanceof IoResult.Failed(DeviceFault fault, long offset, String detail)
        && fault != DeviceFault.QUEUE_FULL) {
      log.error("the self-test of {} failed at byte {}: {}", unit.identity().naa(), offset, detail);
      return Outcome.check(
          Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.LOGICAL_UNIT_FAILED_SELF_TEST));
    }
    return FaultMapper.outcome(unit, task, result);
  }
}
