package org.holdfast.scsi;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.TargetPort;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine behind one target port: from a task to its logical unit's command row, in the one
 * order that the fence allows (enter, then check, then run).
 *
 * <p>Thread: as {@link ScsiTarget} says; holds no mutable state of its own.
 */
public final class TargetEngine implements ScsiTarget {
  private static final Logger log = LoggerFactory.getLogger(TargetEngine.class);

  private final TargetPort port;
  private final CommandTable commands;

  /** An engine for {@code port} with the commands of {@code commands}. */
  public TargetEngine(TargetPort port, CommandTable commands) {
    this.port = port;
    this.commands = commands;
  }

  @Override
  public TargetPort port() {
    return port;
  }

  @Override
  public ItNexus attach(Nexus nexus, String address, LunMap luns) {
    if (!nexus.target().equals(port)) {
      throw new IllegalArgumentException("nexus of another target port: " + nexus);
    }
    ItNexus live = new ItNexus(nexus, address, luns);
    for (LunMap.MappedLun mapped : luns.units().values()) {
      ItlNexus itl = open(mapped.unit(), live);
      // What happened before this login is unknown to the initiator (SAM-5 clause 5.14).
      itl.unitAttentions().post(SenseCode.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
    }
    return live;
  }

  private static ItlNexus open(LogicalUnit unit, ItNexus nexus) {
    ItlNexus known = unit.taskSet().find(nexus.identity());
    if (known != null && known.nexus() == nexus) {
      return known; // As every command but the first finds it.
    }
    ItlNexus itl = unit.taskSet().open(nexus);
    if (itl.nexus() != nexus) {
      throw new IllegalStateException("the nexus is attached already: " + itl.nexus());
    }
    nexus.used().add(unit);
    return itl;
  }

  @Override
  public void detach(ItNexus nexus, Runnable done) {
    nexus.detach();
    List<LogicalUnit> units = new ArrayList<>(nexus.used());
    // One more than there are units: the last step is this method's own.
    AtomicInteger left = new AtomicInteger(units.size() + 1);
    for (LogicalUnit unit : units) {
      unit.taskManager()
          .abort(
              task -> task.nexus() == nexus,
              () -> {
                unit.taskSet().close(nexus);
                unit.nexusLost(nexus);
                countDown(left, done);
              });
    }
    countDown(left, done);
  }

  private static void countDown(AtomicInteger left, Runnable done) {
    if (left.decrementAndGet() == 0) {
      done.run();
    }
  }

  @Override
  public void remap(ItNexus nexus, LunMap luns, Runnable done) {
    Set<LogicalUnit> lost = nexus.luns().distinctUnits();
    Set<LogicalUnit> seen = luns.distinctUnits();
    lost.removeAll(seen);
    nexus.remap(luns);
    for (LogicalUnit unit : seen) {
      open(unit, nexus).unitAttentions().post(SenseCode.REPORTED_LUNS_DATA_HAS_CHANGED);
    }
    AtomicInteger left = new AtomicInteger(lost.size() + 1);
    for (LogicalUnit unit : lost) {
      // The unit keeps its I_T_L nexus until the detach: a task that is just entering it, or enters
      // when the unit is seen again before the last command has ended, must not be out of a drain's
      // sight.
      unit.taskManager()
          .abort(
              task -> task.nexus() == nexus,
              () -> {
                if (!nexus.luns().distinctUnits().contains(unit)) {
                  unit.nexusLost(nexus);
                }
                countDown(left, done);
              });
    }
    countDown(left, done);
  }

  @Override
  public void prepare(ScsiTask task) {
    ItNexus nexus = task.nexus();
    if (nexus.detached()) {
      throw new IllegalStateException("command on a detached nexus: " + nexus);
    }
    LunMap.MappedLun mapped = nexus.luns().find(task.lun());
    CommandTable.Decoded decoded = commands.decode(task.cdb());
    switch (decoded) {
      case CommandTable.Decoded.Row(CommandSpec spec) when mapped == null ->
          task.prepared(spec, null, 0);
      case CommandTable.Decoded.Row(CommandSpec spec) when !spec.existsOn(mapped.unit()) ->
          task.refused(
              mapped.unit(),
              Outcome.check(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE)));
      case CommandTable.Decoded.Row(CommandSpec spec) ->
          task.prepared(spec, mapped.unit(), spec.dataOut().bytes(task.cdb(), mapped.unit()));
      case CommandTable.Decoded.Refused _ when mapped == null ->
          task.refused(
              null, Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED)));
      case CommandTable.Decoded.Refused(Sense sense) ->
          task.refused(mapped.unit(), Outcome.check(sense));
    }
    if (mapped != null) {
      ItlNexus itl = open(mapped.unit(), nexus);
      task.entered(itl);
      mapped.unit().taskSet().enter(itl, task);
    }
  }

  @Override
  public void submit(ScsiTask task) {
    begin(task);
  }

  /** The one way in, for commands of initiators and for inner ones. */
  static void begin(ScsiTask task) {
    // In flight first, then the gate and the checks: see TaskSet for why this order is the fence.
    task.submitted();
    admit(task);
  }

  /** Runs {@code task}, which is SUBMITTED, when its turn has come. */
  static void admit(ScsiTask task) {
    LogicalUnit unit = task.unit();
    if (unit == null || task.spec() == null || unit.taskSet().gate().open(task)) {
      run(task); // Without a unit or a row it touches nothing and waits for nothing.
    } else {
      unit.taskSet().gate().admit(task, () -> run(task));
    }
  }

  private static void run(ScsiTask task) {
    Outcome refusal = refusal(task);
    if (refusal != null) {
      task.end(refusal);
      return;
    }
    CommandSpec spec = Objects.requireNonNull(task.spec(), "a prepared task has a row");
    LogicalUnit unit = task.unit();
    try {
      if (unit == null) {
        spec.withoutUnit().execute(task);
      } else {
        unit.announceWrite(spec, task.cdb());
        spec.handler().execute(unit, task);
      }
    } catch (RuntimeException e) {
      failed(unit, spec, task, e);
    }
  }

  /**
   * Goes on with a command that has waited in the middle of its work: what it was allowed when it
   * began may have been taken away since.
   */
  static void goOn(LogicalUnit unit, ScsiTask task, Runnable body) {
    CommandSpec spec = Objects.requireNonNull(task.spec(), "a prepared task has a row");
    Outcome refusal = task.aborted() ? Outcome.ABORTED : refusal(unit, spec, task);
    if (refusal != null) {
      task.end(refusal);
      return;
    }
    try {
      // Again: who has asked since what is about to be written does not wait for what waits.
      unit.announceWrite(spec, task.cdb());
      body.run();
    } catch (RuntimeException e) {
      failed(unit, spec, task, e);
    }
  }

  /**
   * Why {@code task} may not run, in the order of precedence of SAM-5 clause 5.3; null when it may.
   */
  private static @Nullable Outcome refusal(ScsiTask task) {
    if (task.aborted()) {
      return Outcome.ABORTED;
    }
    if (task.attribute() == TaskAttribute.ACA) {
      // NORMACA is zero, so there never is the ACA condition that it needs (SAM-5 clause 8.9).
      return Outcome.check(Sense.illegalRequest(SenseCode.INVALID_MESSAGE_ERROR));
    }
    CommandSpec spec = task.spec();
    LogicalUnit unit = task.unit();
    ItlNexus itl = task.itl();
    if (unit != null && task.nexus().hasLost(task.lun(), unit)) {
      return Outcome.check(Sense.illegalRequest(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED));
    }
    if (itl != null && !task.inner() && itl.unitAttentions().pending()) {
      if (spec == null || !spec.beforeUnitAttention()) {
        SenseCode condition = itl.unitAttentions().take();
        if (condition == SenseCode.REPORTED_LUNS_DATA_HAS_CHANGED) {
          task.nexus().inventoryToldOf();
        }
        if (condition != null) {
          return Outcome.check(Sense.of(SenseKey.UNIT_ATTENTION, condition));
        }
      }
    }
    if (spec == null) {
      return Objects.requireNonNull(task.rejection(), "a task without a row has a refusal");
    }
    return unit == null ? null : refusal(unit, spec, task);
  }

  /** The part of it that is asked again when a command goes on after it has waited. */
  private static @Nullable Outcome refusal(LogicalUnit unit, CommandSpec spec, ScsiTask task) {
    ReservationClass reservationClass = spec.reservation().classOf(task.cdb());
    task.counted(unit, reservationClass);
    if (unit.offlineReason() != null && !spec.answersWithoutUnit()) {
      // Before the reservation: an offline unit may not know its reservations.
      return Outcome.check(LogicalUnit.OFFLINE);
    }
    if (unit.conflicts(task, reservationClass)) {
      return Outcome.RESERVATION_CONFLICT;
    }
    Sense inaccessible = unit.portGroups().refusal(task.nexus().identity().target(), spec);
    if (inaccessible != null) {
      return Outcome.check(inaccessible);
    }
    Sense busy = unit.operations().refusal(spec);
    if (busy != null) {
      return Outcome.check(busy);
    }
    Sense notReady = spec.whenNotReady() ? null : unit.notReady();
    return notReady == null ? null : Outcome.check(notReady);
  }

  /**
   * A handler broke. Where it may have left data or the reservation table half changed, the unit
   * goes offline: guessing about data is worse than not serving it.
   */
  private static void failed(
      @Nullable LogicalUnit unit, CommandSpec spec, ScsiTask task, RuntimeException cause) {
    ReservationClass reservationClass = spec.reservation().classOf(task.cdb());
    log.error("{} [{}] of {} failed in the target", spec.name(), task.cdb(), task.nexus(), cause);
    if (unit != null && mayChange(reservationClass)) {
      unit.takeOffline(spec.name() + " failed inside the target: " + cause);
    }
    if (!task.ended()) {
      task.end(Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
    }
  }

  private static boolean mayChange(ReservationClass reservationClass) {
    return switch (reservationClass) {
      case ALWAYS_ALLOWED, ALLOWED_UNDER_PERSISTENT, PERSISTENT_RESERVE_IN, MEDIUM_READ -> false;
      case MEDIUM_WRITE, JUDGED_BY_ENGINE -> true;
    };
  }

  @Override
  public void manage(
      ItNexus nexus,
      TaskManagementFunction function,
      long lun,
      long tag,
      Consumer<TaskManagementResponse> answer) {
    LunMap.MappedLun mapped = nexus.luns().find(lun);
    if (mapped == null) {
      answer.accept(TaskManagementResponse.INCORRECT_LOGICAL_UNIT_NUMBER);
      return;
    }
    LogicalUnit unit = mapped.unit();
    unit.taskManager().manage(open(unit, nexus), function, tag, answer);
  }
}
