package org.holdfast.scsi;

import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;
import org.holdfast.pr.VolatileReservationStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logical unit: what one disk is to all its initiators. It brings together the device, the tasks,
 * the unit attentions and the reservation table; each of them has its own class.
 *
 * <p>Thread: any.
 */
public final class LogicalUnit {
  private static final Logger log = LoggerFactory.getLogger(LogicalUnit.class);

  private final LuIdentity identity;
  private final BlockDevice device;
  private final CommandTable commands;
  private final TaskSet taskSet = new TaskSet();
  private final TaskManager taskManager = new TaskManager(this, taskSet);
  private final ReservationTable reservationTable;
  private volatile boolean stopped;
  private volatile @Nullable String offline;

  /**
   * @param store where changes of the reservation table go
   * @param capabilities what the reservation table can do with that store
   * @param reservations the table as the store had it
   */
  public LogicalUnit(
      LuIdentity identity,
      BlockDevice device,
      CommandTable commands,
      ReservationStore store,
      PrCapabilities capabilities,
      ReservationState reservations) {
    this.identity = identity;
    this.device = device;
    this.commands = commands;
    this.reservationTable = new ReservationTable(this, taskSet, store, capabilities, reservations);
  }

  /** A unit whose reservations are lost with the process: APTPL is refused. */
  public static LogicalUnit withVolatileReservations(
      LuIdentity identity, BlockDevice device, CommandTable commands) {
    return new LogicalUnit(
        identity,
        device,
        commands,
        new VolatileReservationStore(),
        PrCapabilities.volatileOnly(),
        ReservationState.EMPTY);
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
    return reservationTable.state();
  }

  /** What REPORT CAPABILITIES says, and PERSISTENT RESERVE OUT keeps to. */
  public PrCapabilities reservationCapabilities() {
    return reservationTable.capabilities();
  }

  TaskSet taskSet() {
    return taskSet;
  }

  TaskManager taskManager() {
    return taskManager;
  }

  /** More than one target port leads here (MULTIP, SPC-4 clause 6.4.2). */
  public boolean multiPort() {
    return false;
  }

  /** The pending unit attention of {@code nexus}, which is then no longer pending, or null. */
  public @Nullable Sense takeUnitAttention(ItNexus nexus) {
    ItlNexus itl = taskSet.find(nexus.identity());
    SenseCode condition = itl == null ? null : itl.unitAttentions().take();
    return condition == null ? null : Sense.of(SenseKey.UNIT_ATTENTION, condition);
  }

  /** Carries out PERSISTENT RESERVE OUT and ends {@code task}. */
  public void persistentReserveOut(ScsiTask task) {
    reservationTable.persistentReserveOut(task);
  }

  /** START STOP UNIT: stopped until started again, by whatever initiator (SBC-3 clause 5.25). */
  public void stopped(boolean now) {
    stopped = now;
  }

  /** A reset starts the unit again (SAM-5 clause 6.3.3). Reservations are not touched. */
  void reset() {
    stopped = false;
  }

  /** An invariant broke: no medium command is served until the daemon starts again. */
  void takeOffline(String reason) {
    offline = reason;
    log.error(
        "{} is offline to protect its data: {}. Restart the daemon after looking into it.",
        identity.naa(),
        reason);
  }

  /**
   * Why commands without {@link CommandTrait#WHEN_NOT_READY} are refused now, or null when they are
   * not.
   */
  public @Nullable Sense notReady() {
    if (offline != null || !device.ready()) {
      return Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE);
    }
    return stopped
        ? Sense.of(
            SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED)
        : null;
  }
}
