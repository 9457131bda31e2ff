package org.holdfast.scsi;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.holdfast.pr.LegacyReservations;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.PrCommand;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.TargetPort;
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

  /** What an offline unit answers. */
  static final Sense OFFLINE =
      Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE);

  private final LuIdentity identity;
  private final UnitDevice device;
  private final CommandTable commands;
  private final UnitOptions options;
  private final UnitSettings settings;
  private final ModeParameters modes;
  private final IoCounters counters = new IoCounters();
  private final DeviceClock clock;
  private final SpaceThreshold threshold;
  private final PortGroups portGroups;
  private final Map<TargetPort, InitiatorNames> ports = new ConcurrentHashMap<>();
  private final TaskSet taskSet = new TaskSet();
  private final TaskManager taskManager = new TaskManager(this, taskSet);
  private final ReservationTable reservationTable;
  private final MediumOperations operations;
  private final ConflictLog conflicts;
  private final RemovableMedium medium = new RemovableMedium();
  private volatile boolean stopped;
  private volatile @Nullable String offline;
  private final ConcurrentHashMap<Class<?>, Object> kept = new ConcurrentHashMap<>();
  private volatile @Nullable WriteWatch writeWatch;

  /**
   * @param options what the administrator decided about it
   * @param reservations where the reservation table comes from and goes to
   * @param settings where the rest of what survives a restart comes from and goes to
   * @param clock what REPORT TIMESTAMP goes by
   */
  public LogicalUnit(
      LuIdentity identity,
      BlockDevice device,
      CommandTable commands,
      UnitOptions options,
      ReservationBackend reservations,
      SettingsStore settings,
      InstantSource clock) {
    this.identity = identity;
    this.device = new UnitDevice(device, counters);
    this.commands = commands;
    this.options = options;
    this.settings = new UnitSettings("naa." + identity.naa(), settings);
    this.modes = new ModeParameters(this.settings, this.device);
    this.clock = new DeviceClock(clock);
    this.threshold = new SpaceThreshold(options.softThreshold());
    this.portGroups = new PortGroups(ports.keySet());
    this.reservationTable = new ReservationTable(this, taskSet, reservations);
    this.operations =
        new MediumOperations(
            "naa." + identity.naa(), this.device, taskSet, new SettingsMark(this.settings));
    this.conflicts = new ConflictLog("naa." + identity.naa(), System::nanoTime);
  }

  public LuIdentity identity() {
    return identity;
  }

  /** The device, with the write cache as MODE SELECT has it. */
  public BlockDevice device() {
    return device;
  }

  public CommandTable commands() {
    return commands;
  }

  public UnitOptions options() {
    return options;
  }

  /** Whether the medium is in, and who keeps it there. */
  public RemovableMedium medium() {
    return medium;
  }

  /**
   * The medium has come in: who did not ask for that is told (SPC-4 clause 5.2, NOT READY TO READY
   * CHANGE).
   */
  public void mediumLoadedBy(ItNexus nexus) {
    tellOthers(nexus, SenseCode.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
  }

  /**
   * The device was away and is there again: everybody is told, because it may be another one, or
   * without what it had in its cache (SPC-4 clause 5.2, NOT READY TO READY CHANGE).
   */
  public void mediumIsBack() {
    tellAll(SenseCode.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
  }

  /** What survives a restart. */
  public UnitSettings settings() {
    return settings;
  }

  /** What MODE SELECT changes. */
  public ModeParameters modes() {
    return modes;
  }

  /** What the device was asked and failed at. */
  public IoCounters counters() {
    return counters;
  }

  /** The timestamp. */
  public DeviceClock clock() {
    return clock;
  }

  /** The target port groups that lead here and their access states. */
  public PortGroups portGroups() {
    return portGroups;
  }

  /**
   * The administrator gives a target port group another access state (implicit ALUA, SPC-4 clause
   * 5.15.2.7). Every I_T nexus is told.
   */
  public void portGroupState(int portalGroupTag, PortGroups.State state) {
    if (portGroups.set(Map.of(portalGroupTag, state), PortGroups.Cause.IMPLICIT)) {
      tellAll(SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    }
  }

  /**
   * Looks at the space left and warns every I_T nexus when it has reached the threshold (SBC-4
   * clause 4.7.3.7). To be called now and then; never blocks.
   */
  public void checkSpace() {
    SpaceUsage usage = device.space();
    if (threshold.isCrossedBy(usage)) {
      log.warn(
          "naa.{}: its soft threshold of {} per cent is reached: {} bytes in use, {} left",
          identity.naa(),
          options.softThreshold(),
          usage.used(),
          usage.available());
      tellAll(SenseCode.THIN_PROVISIONING_SOFT_THRESHOLD_REACHED);
    }
  }

  /**
   * Runs {@code body} when no other command in flight touches the range, and keeps others that do
   * from beginning until {@code task} has ended (SBC-4 clause 5.4, COMPARE AND WRITE).
   *
   * @param task the command that wants the range to itself; {@code body} ends it
   * @param lba first logical block
   * @param blocks how many, at least 1
   * @param body runs here or later on another thread, exactly once, or not at all when the task was
   *     aborted or a reservation took its access away meanwhile: then the task is ended for it
   */
  public void exclusively(ScsiTask task, long lba, long blocks, Runnable body) {
    taskSet.gate().claim(task, lba, blocks, body, () -> TargetEngine.goOn(this, task, body));
  }

  /** FORMAT UNIT and SANITIZE. */
  public MediumOperations operations() {
    return operations;
  }

  /** Takes up what a restart has interrupted. To be called once, when all is set up. */
  public void resume() {
    if (device.ready()) {
      operations.resume();
    }
  }

  /** The reservation table as last published. */
  public ReservationState reservations() {
    return reservationTable.state();
  }

  /**
   * The administrator clears the reservation table: as CLEAR by somebody without a key. Every I_T
   * nexus that loses something has a unit attention before this is answered.
   *
   * @param generation the PRgeneration that was seen, so that nothing else is cleared
   * @param answer told how it ended, here or later on another thread
   */
  public void clearReservations(long generation, Consumer<ClearResult> answer) {
    reservationTable.clear(generation, answer);
  }

  /** What REPORT CAPABILITIES says, and PERSISTENT RESERVE OUT keeps to. */
  public PrCapabilities reservationCapabilities() {
    return reservationTable.capabilities();
  }

  TaskSet taskSet() {
    return taskSet;
  }

  /** What commands of one kind keep for this unit while the daemon runs. Thread: any. */
  public <T> T kept(Class<T> type, Supplier<T> first) {
    return type.cast(kept.computeIfAbsent(type, _ -> first.get()));
  }

  /**
   * What commands of one kind keep for this unit and one I_T nexus; it is forgotten when the nexus
   * is lost. Thread: any.
   */
  public <T> T kept(ItNexus nexus, Class<T> type, Supplier<T> first) {
    ItlNexus itl = taskSet.find(nexus.identity());
    return itl == null || itl.nexus() != nexus ? first.get() : itl.kept(type, first);
  }

  /**
   * From now on {@code watch} is told of every command that changes the medium, before it does; of
   * those that began before it is not. Null ends that.
   */
  public void watchWrites(@Nullable WriteWatch watch) {
    writeWatch = watch;
  }

  /**
   * Runs {@code done}, here or later on another thread, when every command has ended that had begun
   * to change the medium and that {@code concerns} is true for. Together with {@link #watchWrites}
   * before it no write is missed: it is seen here or was announced there.
   */
  public void afterWritesInFlight(BiPredicate<CommandSpec, Cdb> concerns, Runnable done) {
    taskSet.drain(
        task -> {
          CommandSpec spec = task.spec();
          return spec != null && changesMedium(spec, task.cdb()) && concerns.test(spec, task.cdb());
        },
        done);
  }

  /** Called when a command has passed all checks and is about to run. */
  void announceWrite(CommandSpec spec, Cdb cdb) {
    // Read after the task became SUBMITTED: see TaskSet for why nothing slips through.
    WriteWatch watch = writeWatch;
    if (watch != null && changesMedium(spec, cdb)) {
      watch.beforeWrite(spec, cdb);
    }
  }

  private static boolean changesMedium(CommandSpec spec, Cdb cdb) {
    return spec.reservation().classOf(cdb) == ReservationClass.MEDIUM_WRITE;
  }

  TaskManager taskManager() {
    return taskManager;
  }

  /**
   * The unit can be reached through {@code port} from now on.
   *
   * @param named who may log in there by name and will find this unit
   */
  public void exposeAt(TargetPort port, InitiatorNames named) {
    ports.put(port, named);
  }

  /** Other ports lead here no longer. Registrations that were made through them stay. */
  public void hideAllBut(Collection<TargetPort> remaining) {
    ports.keySet().retainAll(remaining);
  }

  /** The target ports that lead here, whether anybody is logged in there or not. */
  Set<TargetPort> ports() {
    return ports.keySet();
  }

  /** Whether the administrator lets {@code name} reach this unit through {@code port}. */
  boolean names(String name, TargetPort port) {
    InitiatorNames named = ports.get(port);
    return named != null && named.include(name);
  }

  /** More than one target port leads here (MULTIP, SPC-4 clause 6.4.2). */
  public boolean multiPort() {
    return ports.size() > 1;
  }

  /** The pending unit attention of {@code nexus}, which is then no longer pending, or null. */
  public @Nullable Sense takeUnitAttention(ItNexus nexus) {
    ItlNexus itl = taskSet.find(nexus.identity());
    SenseCode condition = itl == null ? null : itl.unitAttentions().take();
    if (condition == SenseCode.REPORTED_LUNS_DATA_HAS_CHANGED) {
      nexus.inventoryToldOf();
    }
    return condition == null ? null : Sense.of(SenseKey.UNIT_ATTENTION, condition);
  }

  /** {@code condition} is not pending for {@code nexus} any longer. */
  void forget(ItNexus nexus, SenseCode condition) {
    ItlNexus itl = taskSet.find(nexus.identity());
    if (itl != null) {
      itl.unitAttentions().forget(condition);
    }
  }

  /** {@code condition} becomes pending for every I_T nexus. */
  public void tellAll(SenseCode condition) {
    taskSet.postToAll(condition);
  }

  /** {@code condition} becomes pending for every I_T nexus but {@code sender}. */
  public void tellOthers(ItNexus sender, SenseCode condition) {
    taskSet.postToOthers(sender, condition);
  }

  /** The device has another number of blocks than it had (SBC-4 clause 4.7.3.5). */
  public void capacityChanged() {
    tellAll(SenseCode.CAPACITY_DATA_HAS_CHANGED);
  }

  /** Carries out PERSISTENT RESERVE OUT and ends {@code task}. */
  public void persistentReserveOut(ScsiTask task) {
    reservationTable.persistentReserveOut(task);
  }

  /** Carries out RESERVE or RELEASE of SPC-2 and ends {@code task}. */
  public void legacyReservation(ScsiTask task, LegacyReservations.Action action) {
    reservationTable.legacy(task, action);
  }

  /** Whether a reservation keeps {@code task} out; the log says why. */
  boolean conflicts(ScsiTask task, ReservationClass command) {
    ReservationState state = reservationTable.state();
    if (state.permits(task.nexus().identity(), command)) {
      return false;
    }
    conflicts.refused(task, state, command);
    return true;
  }

  /** The reservation table refused {@code task}; the log says why. */
  void refusedByTable(ScsiTask task, @Nullable PrCommand command) {
    conflicts.refusedByTable(task, reservationTable.state(), command);
  }

  /** The I_T nexus is gone: what it had reserved with RESERVE of SPC-2 is free again. */
  void nexusLost(ItNexus nexus) {
    medium.allow(nexus.identity());
    reservationTable.legacyEnds(
        state -> LegacyReservations.afterNexusLoss(state, nexus.identity()),
        ReservationEvent.LegacyCause.I_T_NEXUS_LOSS,
        nexus);
  }

  /** START STOP UNIT: stopped until started again, by whatever initiator (SBC-3 clause 5.25). */
  public void stopped(boolean now) {
    stopped = now;
  }

  /** A reset starts the unit again (SAM-5 clause 6.3.3). Persistent reservations stay. */
  void reset(ItNexus by) {
    stopped = false;
    medium.reset();
    modes.reset();
    reservationTable.legacyEnds(
        LegacyReservations::afterReset, ReservationEvent.LegacyCause.RESET, by);
  }

  /**
   * An invariant broke, or the reservation table cannot be read: nothing that depends on the medium
   * or on reservations is served until the daemon starts again.
   */
  public void takeOffline(String reason) {
    offline = reason;
    log.error(
        "naa.{} is offline to protect its data: {}. Restart the daemon after looking into it",
        identity.naa(),
        reason);
  }

  /** Why the unit is offline, for the administrator; null when it is not. */
  public @Nullable String offlineReason() {
    return offline;
  }

  /**
   * Why commands without {@link CommandTrait#WHEN_NOT_READY} are refused now, or null when they are
   * not.
   */
  public @Nullable Sense notReady() {
    if (!device.ready() || settings.unreadable() != null) {
      return Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE);
    }
    if (medium.ejected()) {
      return Sense.of(SenseKey.NOT_READY, SenseCode.MEDIUM_NOT_PRESENT);
    }
    return stopped
        ? Sense.of(
            SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED)
        : null;
  }
}
