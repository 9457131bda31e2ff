package org.holdfast.scsi.copy;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.jspecify.annotations.Nullable;

/**
 * A copy operation while it runs: its command, what is remembered of it, its place among the copies
 * of the unit. The command ends with the operation, or before it when the initiator asked for that
 * (IMMED).
 */
final class CopyJob implements Mover.Guard {
  private static final Outcome CANCELLED =
      Outcome.check(Sense.of(SenseKey.COPY_ABORTED, SenseCode.NO_ADDITIONAL_SENSE_INFORMATION));

  private final LogicalUnit unit;
  private final ScsiTask task;
  private final ReservationClass reservationClass;
  private final CopyOperation operation;
  private final boolean immediate;
  private final CopySlots slots;
  private final LongSupplier nanoTime;

  private CopyJob(
      LogicalUnit unit,
      ScsiTask task,
      CopyOperation operation,
      boolean immediate,
      CopySlots slots,
      LongSupplier nanoTime) {
    this.unit = unit;
    this.task = task;
    CommandSpec spec = Objects.requireNonNull(task.spec(), "a running command has a row");
    this.reservationClass = spec.reservation().classOf(task.cdb());
    this.operation = operation;
    this.immediate = immediate;
    this.slots = slots;
    this.nanoTime = nanoTime;
  }

  /**
   * Begins an operation, or ends {@code task} because none can begin now.
   *
   * @param key its list identifier; null when it has none
   * @param immediate {@code task} ends with GOOD now
   * @return null when none began
   */
  static @Nullable CopyJob begin(
      LogicalUnit unit,
      ScsiTask task,
      CopyOperations.@Nullable Key key,
      boolean immediate,
      LongSupplier nanoTime) {
    CopySlots slots = unit.kept(CopySlots.class, CopySlots::new);
    if (!slots.take()) {
      task.end(Outcome.BUSY);
      return null;
    }
    CopyOperation operation =
        new CopyOperation(task.cdb().u8(1) & 0x1F, unit.device().profile().blockSize(), immediate);
    if (key != null && !operations(unit, task, nanoTime).begin(key, operation)) {
      slots.giveBack();
      task.end(Outcome.check(Sense.illegalRequest(SenseCode.OPERATION_IN_PROGRESS)));
      return null;
    }
    if (immediate) {
      task.end(Outcome.GOOD);
    }
    return new CopyJob(unit, task, operation, immediate, slots, nanoTime);
  }

  /** The operations of the nexus that sent {@code task}, on {@code unit}. */
  static CopyOperations operations(LogicalUnit unit, ScsiTask task, LongSupplier nanoTime) {
    return unit.kept(task.nexus(), CopyOperations.class, () -> new CopyOperations(nanoTime));
  }

  CopyOperation operation() {
    return operation;
  }

  /**
   * The command was aborted, the operation was, or a reservation of the unit that manages the copy
   * took the command's permission away: PREEMPT there waits for it.
   */
  @Override
  public @Nullable Outcome stop() {
    if (!immediate && task.aborted()) {
      return Outcome.ABORTED;
    }
    if (operation.cancelled()) {
      return CANCELLED;
    }
    return unit.reservations().permits(task.nexus().identity(), reservationClass)
        ? null
        : Outcome.RESERVATION_CONFLICT;
  }

  /** Everything went well. */
  void completed(CopyOperation.Status status) {
    end(status, Outcome.GOOD);
  }

  /** It ended early with {@code how}. */
  void failed(Outcome how) {
    boolean terminated = how instanceof Outcome.Aborted || operation.cancelled();
    end(terminated ? CopyOperation.Status.TERMINATED : CopyOperation.Status.FAILED, how);
  }

  private void end(CopyOperation.Status status, Outcome how) {
    slots.giveBack();
    // Before the command ends: whoever has its status finds the operation ended.
    operation.end(status, how, nanoTime.getAsLong());
    if (!immediate) {
      task.end(how);
    }
  }
}
