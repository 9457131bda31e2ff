package org.holdfast.scsi;

import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.jspecify.annotations.Nullable;

/** A logical unit: what one disk is to all its initiators. */
public final class LogicalUnit {
  private final LuIdentity identity;
  private final BlockDevice device;
  private final CommandTable commands;
  private final TaskSet taskSet = new TaskSet();
  private final ReservationState reservations;
  private volatile boolean stopped;

  public LogicalUnit(
      LuIdentity identity,
      BlockDevice device,
      CommandTable commands,
      ReservationState reservations) {
    this.identity = identity;
    this.device = device;
    this.commands = commands;
    this.reservations = reservations;
  }

  public LuIdentity identity() {
    return identity;
  }

  public BlockDevice device() {
    return device;
  }

  public CommandTable commands() {
    return commands;
  }

  /** The reservation table as last published. */
  public ReservationState reservations() {
    return reservations;
  }

  /** What REPORT CAPABILITIES says, and PERSISTENT RESERVE OUT keeps to. */
  public PrCapabilities reservationCapabilities() {
    return PrCapabilities.volatileOnly();
  }

  TaskSet taskSet() {
    return taskSet;
  }

  /** More than one target port leads here (MULTIP, SPC-4 clause 6.4.2). */
  public boolean multiPort() {
    return false;
  }

  /** The pending unit attention of {@code nexus}, which is then no longer pending, or null. */
  public @Nullable Sense takeUnitAttention(ItNexus nexus) {
    return null;
  }

  /** Carries out PERSISTENT RESERVE OUT and ends {@code task}. */
  public void persistentReserveOut(ScsiTask task) {
    task.end(Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
  }

  /** START STOP UNIT: stopped until started again, by whatever initiator (SBC-3 clause 5.25). */
  public void stopped(boolean now) {
    stopped = now;
  }

  /**
   * Why commands without {@link CommandTrait#WHEN_NOT_READY} are refused now, or null when they are
   * not.
   */
  public @Nullable Sense notReady() {
    return stopped
        ? Sense.of(
            SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED)
        : null;
  }
}
