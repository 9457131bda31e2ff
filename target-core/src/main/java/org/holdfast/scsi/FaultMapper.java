package org.holdfast.scsi;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the initiator is told of a device's fault. The one place that translates. */
public final class FaultMapper {
  private static final Logger LOG = LoggerFactory.getLogger(FaultMapper.class);

  private FaultMapper() {}

  /**
   * How a command ends whose I/O ended with {@code result}. A fault is logged with its cause first,
   * because the initiator learns only its class.
   */
  public static Outcome outcome(LogicalUnit unit, ScsiTask task, IoResult result) {
    return switch (result) {
      case IoResult.Done(), IoResult.Extents _ -> Outcome.GOOD;
      case IoResult.Failed failed -> {
        log(unit, task, failed);
        unit.counters().failed(failed.fault());
        yield outcome(failed, unit.device().profile().blockSize());
      }
    };
  }

  private static void log(LogicalUnit unit, ScsiTask task, IoResult.Failed failed) {
    if (failed.fault() == DeviceFault.QUEUE_FULL) {
      // Load, not damage: the initiator is told to come back (SAM-5 clause 5.3.1).
      LOG.debug("unit {}: device queue full, CDB {}", unit.identity().naa(), task.cdb());
      return;
    }
    LOG.error(
        "unit {}: {} at byte {} for {}: {} (CDB {})",
        unit.identity().naa(),
        failed.fault(),
        failed.offset(),
        task.nexus().address(),
        failed.detail(),
        task.cdb());
  }

  /** The table: fault → status and sense (SPC-4 clause 4.5.6 and annex F). */
  static Outcome outcome(IoResult.Failed failed, int blockSize) {
    return switch (failed.fault()) {
      case READ_ERROR ->
          Outcome.check(
              Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.UNRECOVERED_READ_ERROR)
                  .withInformation(failed.offset() / blockSize));
      case WRITE_ERROR ->
          Outcome.check(
              Sense.of(SenseKey.MEDIUM_ERROR, SenseCode.WRITE_ERROR)
                  .withInformation(failed.offset() / blockSize));
      case NO_SPACE ->
          Outcome.check(
              Sense.of(SenseKey.DATA_PROTECT, SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT));
      case READ_ONLY -> Outcome.check(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
      case NOT_READY ->
          Outcome.check(
              Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE));
      case NOT_SUPPORTED ->
          Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE));
      case OUT_OF_RANGE ->
          Outcome.check(
              Sense.of(SenseKey.ILLEGAL_REQUEST, SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE));
      case QUEUE_FULL -> Outcome.TASK_SET_FULL;
    };
  }
}
