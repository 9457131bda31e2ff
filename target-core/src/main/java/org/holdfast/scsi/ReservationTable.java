package org.holdfast.scsi;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.holdfast.pr.Effect;
import org.holdfast.pr.KeptStateUnknownException;
import org.holdfast.pr.KnownPorts;
import org.holdfast.pr.LegacyReservations;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.PrCommand;
import org.holdfast.pr.PrFault;
import org.holdfast.pr.PrOutDecoder;
import org.holdfast.pr.PrResult;
import org.holdfast.pr.ReservationChange;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationEngine;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationStore;
import org.holdfast.pr.Transition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reservation table of one logical unit: owner of the published {@link ReservationState} and
 * the place where PERSISTENT RESERVE OUT takes effect.
 *
 * <p>The rule that fences: compute the new state, make it durable where APTPL asks for it, publish
 * it, wait for (or abort) every command in flight that the new state does not permit, post the unit
 * attentions, answer GOOD. Together with the order kept by {@link TaskSet} no write of a fenced
 * nexus lands after the answer. A state that could not be made durable is never published; where it
 * is not even known whether a restart would find it, the unit goes offline.
 *
 * <p>Thread: any. PERSISTENT RESERVE OUT commands run one after another; {@link #state()} is a
 * volatile read.
 */
final class ReservationTable {
  private static final Logger log = LoggerFactory.getLogger(ReservationTable.class);

  private final LogicalUnit unit;
  private final TaskSet tasks;
  private final ReservationStore store;
  private final ReservationEngine engine;
  private final KnownPorts ports;
  private final ReservationJournal journal;
  private final SerialQueue turns = new SerialQueue();
  private volatile ReservationState state;

  ReservationTable(LogicalUnit unit, TaskSet tasks, ReservationBackend backend) {
    this.unit = unit;
    this.tasks = tasks;
    this.store = backend.store();
    this.journal = backend.journal();
    this.engine = new ReservationEngine(backend.capabilities());
    this.ports = new UnitPorts(unit, tasks);
    this.state = backend.initial();
  }

  ReservationState state() {
    return state;
  }

  PrCapabilities capabilities() {
    return engine.capabilities();
  }

  /** Ends {@code task} when the change has taken effect everywhere, or was refused. */
  void persistentReserveOut(ScsiTask task) {
    turns.submit(done -> new Change(task, done).run());
  }

  /** RESERVE and RELEASE of SPC-2; ends {@code task} as for PERSISTENT RESERVE OUT. */
  void legacy(ScsiTask task, LegacyReservations.Action action) {
    turns.submit(done -> new Change(task, done).run(action));
  }

  /**
   * A reset or the loss of an I_T nexus ends what RESERVE of SPC-2 had reserved; persistent
   * reservations stay. Takes access from nobody, so nothing has to be waited for but the turn.
   */
  void legacyEnds(
      UnaryOperator<ReservationState> change, ReservationEvent.LegacyCause cause, ItNexus by) {
    turns.submit(
        done -> {
          ReservationState before = state;
          state = change.apply(before);
          noteLegacy(before, state, cause, by);
          done.run();
        });
  }

  private void noteLegacy(
      ReservationState before,
      ReservationState after,
      ReservationEvent.LegacyCause cause,
      ItNexus by) {
    if (!Objects.equals(before.legacyHolder(), after.legacyHolder())) {
      note(
          new ReservationEvent.Legacy(
              cause, by.identity(), before.legacyHolder(), after.legacyHolder(), by.address()));
    }
  }

  /**
   * The administrator clears the table, as CLEAR would: durable where it was, then published, then
   * told. It gives access and takes none, so no command in flight has to be waited for.
   *
   * @param generation the PRgeneration that the administrator has seen
   * @param answer told how it ended, here or later on another thread
   */
  void clear(long generation, Consumer<ClearResult> answer) {
    turns.submit(
        done ->
            clearInTurn(
                generation,
                result -> {
                  try {
                    answer.accept(result);
                  } finally {
                    done.run();
                  }
                }));
  }

  private void clearInTurn(long generation, Consumer<ClearResult> end) {
    ReservationState before = state;
    if (unit.offlineReason() != null) {
      end.accept(ClearResult.OFFLINE);
      return;
    }
    if (before.generation() != generation) {
      end.accept(ClearResult.CHANGED_MEANWHILE);
      return;
    }
    Transition transition = ReservationEngine.clearedByAdministrator(before);
    ReservationState after = transition.state();
    CompletionStage<?> durable =
        after.aptpl() || before.aptpl()
            ? committed(after)
            : CompletableFuture.completedStage(after);
    durable.whenComplete(
        (_, failure) -> {
          if (failure == null) {
            end.accept(published(before, transition));
          } else {
            refused(failure);
            end.accept(ClearResult.NOT_DURABLE);
          }
        });
  }

  /** Every way out of it ends the turn: the commands of all initiators wait behind this one. */
  private ClearResult published(ReservationState before, Transition transition) {
    try {
      state = transition.state();
      log.info("naa.{}: cleared by the administrator", unit.identity().naa());
      note(new ReservationEvent.Cleared(before, state, transition.effects()));
      announce(transition);
      return ClearResult.CLEARED;
    } catch (RuntimeException e) {
      log.error("naa.{}: clearing failed inside the target", unit.identity().naa(), e);
      unit.takeOffline("clearing the reservations failed inside the target: " + e);
      return ClearResult.OFFLINE;
    }
  }

  /** A store that throws has failed, like one that says so later. */
  private CompletionStage<ReservationState> committed(ReservationState after) {
    try {
      return store.commit(after);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Before the end of this turn: no command behind this one may build on an unknown table. */
  private void refused(Throwable failure) {
    Throwable reason =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (reason instanceof KeptStateUnknownException) {
      unit.takeOffline(String.valueOf(reason.getMessage()));
    }
    log.error(
        "naa.{}: the reservation table could not be made durable, so the change is refused and"
            + " nothing has changed",
        unit.identity().naa(),
        failure);
  }

  private void announce(Transition transition) {
    for (Effect effect : transition.effects()) {
      if (effect instanceof Effect.UnitAttention(Nexus nexus, Effect.Notice notice)) {
        tasks.post(
            nexus,
            switch (notice) {
              case RESERVATIONS_PREEMPTED -> SenseCode.RESERVATIONS_PREEMPTED;
              case RESERVATIONS_RELEASED -> SenseCode.RESERVATIONS_RELEASED;
              case REGISTRATIONS_PREEMPTED -> SenseCode.REGISTRATIONS_PREEMPTED;
            });
      }
    }
  }

  /** In the turn of the change, so that the journal has the changes in their order. */
  private void note(ReservationEvent event) {
    try {
      journal.changed(event);
    } catch (RuntimeException e) {
      log.warn("this change is not in the journal: {}", event, e);
    }
  }

  /** One command whose turn it is. */
  private final class Change {
    private final ScsiTask task;
    private final Nexus sender;
    private final Runnable done;

    Change(ScsiTask task, Runnable done) {
      this.task = task;
      this.sender = task.nexus().identity();
      this.done = done;
    }

    void run() {
      inTurn("PERSISTENT RESERVE OUT", this::compute);
    }

    void run(LegacyReservations.Action action) {
      inTurn(
          action.name(),
          () ->
              carryOut(
                  LegacyReservations.apply(state, action, sender, engine.capabilities()),
                  null,
                  transition -> {
                    ReservationState before = state;
                    state = transition.state();
                    noteLegacy(before, state, cause(action), task.nexus());
                    settle(transition, victims(transition));
                  }));
    }

    private static ReservationEvent.LegacyCause cause(LegacyReservations.Action action) {
      return switch (action) {
        case RESERVE -> ReservationEvent.LegacyCause.SPC_2_RESERVE;
        case RELEASE -> ReservationEvent.LegacyCause.SPC_2_RELEASE;
      };
    }

    /** Things may have happened while the command waited for its turn. */
    private void inTurn(String what, Runnable step) {
      if (task.aborted()) {
        end(Outcome.ABORTED); // Before it had any effect.
      } else if (unit.offlineReason() != null) {
        end(Outcome.check(LogicalUnit.OFFLINE));
      } else {
        guarded(what, step);
      }
    }

    private void guarded(String what, Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        broken(what, e);
      }
    }

    /**
     * @param command for the log; null for RESERVE and RELEASE of SPC-2
     */
    private void carryOut(
        Transition transition, @Nullable PrCommand command, Consumer<Transition> accepted) {
      switch (transition.result()) {
        case PrResult.ReservationConflict _ -> {
          unit.refusedByTable(task, command);
          end(Outcome.RESERVATION_CONFLICT);
        }
        case PrResult.CheckCondition(PrFault fault) -> end(Outcome.check(PrSense.of(fault)));
        case PrResult.Good _ -> accepted.accept(transition);
      }
    }

    private PrOutDecoder.Decoded decode() {
      int serviceAction = task.cdb().u8(ServiceAction.BYTE) & ServiceAction.MASK;
      return PrOutDecoder.decode(serviceAction, task.cdb().u8(2), task.parameterList());
    }

    private void compute() {
      switch (decode()) {
        case PrOutDecoder.Decoded.Malformed(PrFault fault) -> end(Outcome.check(PrSense.of(fault)));
        case PrOutDecoder.Decoded.Command(PrCommand command) -> {
          ReservationState before = state;
          carryOut(
              engine.apply(before, command, sender, ports),
              command,
              transition -> commit(before, command, transition));
        }
      }
    }

    private void commit(ReservationState before, PrCommand command, Transition transition) {
      ReservationState after = transition.state();
      // APTPL going from 1 to 0 is a change to the kept state, too: nothing may come back then.
      if (after.equals(before) || !(after.aptpl() || before.aptpl())) {
        accept(before, command, transition);
        return;
      }
      committed(after)
          .handle(
              (_, failure) -> {
                if (failure == null) {
                  // Also when it was aborted meanwhile: what is kept and what holds are the same.
                  guarded("publishing a reservation", () -> accept(before, command, transition));
                } else {
                  notDurable(failure);
                }
                return after;
              })
          .exceptionally(
              defect -> {
                log.error("{} could not be ended", task.nexus(), defect);
                return after;
              });
    }

    private void notDurable(Throwable failure) {
      refused(failure);
      end(Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
    }

    private void accept(ReservationState before, PrCommand command, Transition transition) {
      ReservationState after = transition.state();
      state = after;
      log.info("{}: {}, PRgeneration {}", task.nexus(), command, after.generation());
      Set<Nexus> victims = victims(transition);
      Map<Nexus, Integer> aborted = abort(victims);
      if (!after.equals(before)) {
        note(
            new ReservationEvent.Persistent(
                ReservationChange.describe(before, command, sender, after, transition.effects()),
                aborted,
                task.nexus().address()));
      }
      settle(transition, victims);
    }

    private static Set<Nexus> victims(Transition transition) {
      Set<Nexus> victims = new HashSet<>();
      for (Effect effect : transition.effects()) {
        if (effect instanceof Effect.AbortTasks(Nexus victim)) {
          victims.add(victim);
        }
      }
      return victims;
    }

    /** {@link #state} is published: who has not been marked here will be refused by it. */
    private Map<Nexus, Integer> abort(Set<Nexus> victims) {
      return victims.isEmpty() ? Map.of() : tasks.abort(other -> isVictim(other, victims));
    }

    /** What has to be over before the answer: {@link #state} is published, and stays. */
    private void settle(Transition transition, Set<Nexus> victims) {
      ReservationState after = transition.state();
      tasks.drain(
          other -> holdsUp(other, after, victims),
          // Maybe on the thread of the last task to leave: nobody there would see it fail.
          () ->
              guarded(
                  "the end of a reservation change",
                  () -> {
                    // What was aborted can prevent nothing any more (SPC-4 clause 5.13.11.2.6).
                    victims.forEach(unit.medium()::allow);
                    announce(transition);
                    end(Outcome.GOOD);
                  }));
    }

    /** The command itself is never its own victim (SPC-4 clause 5.13.11.2.6). */
    private boolean isVictim(ScsiTask other, Set<Nexus> victims) {
      return other != task && victims.contains(other.nexus().identity());
    }

    /**
     * Whether the answer has to wait for {@code other}. Commands of the same kind wait for their
     * turn behind this one and are judged, or found aborted, when it comes; waiting for them would
     * never end.
     */
    private boolean holdsUp(ScsiTask other, ReservationState after, Set<Nexus> victims) {
      CommandSpec spec = other.spec();
      if (spec == null) {
        return false; // A refused command touches nothing.
      }
      ReservationClass reservationClass = spec.reservation().classOf(other.cdb());
      if (reservationClass == ReservationClass.JUDGED_BY_ENGINE) {
        return false;
      }
      return isVictim(other, victims) || !after.permits(other.nexus().identity(), reservationClass);
    }

    /** Nobody can say what holds now: better no unit than a fence that may be open. */
    private void broken(String what, RuntimeException cause) {
      log.error("{} of {} failed inside the target", what, task.nexus(), cause);
      unit.takeOffline(what + " failed inside the target: " + cause);
      end(Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
    }

    private void end(Outcome how) {
      try {
        if (!task.ended()) {
          task.end(how);
        }
      } finally {
        done.run();
      }
    }
  }
}
