package org.holdfast.scsi;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one operation on the whole medium that a unit may have: running, failed, or none.
 *
 * <p>It begins as the fence does: that it runs is published first, a volatile write, so that
 * whatever comes, or goes on after waiting, is refused from then on; then it waits for what is in
 * flight; then it is made durable that it has begun, and only then is anything erased, or GOOD said
 * to a command with IMMED = 1.
 *
 * <p>From then on nobody can stop it, as SBC-4 clause 4.11.2 asks of a sanitize operation: task
 * management and a PERSISTENT RESERVE OUT end the command, not the operation; it is the unit's, not
 * its sender's, and the data is lost already. A command that is still in its task set (IMMED = 0)
 * is waited for by the fence like any other; when it is aborted it ends at the next piece. A format
 * is treated the same. After a restart the operation begins again from the start; when its end or
 * its failure cannot be kept, it counts as failed, because a restart would erase what was written
 * in between.
 *
 * <p>Thread: any.
 */
public final class MediumOperations {
  private static final Logger log = LoggerFactory.getLogger(MediumOperations.class);

  /** Before the text of an operation that has failed. */
  private static final String FAILED = "failed ";

  /** Where it is kept that an operation has begun and not ended. */
  interface Mark {
    /** What was kept last; null when nothing is. */
    @Nullable String read();

    /** Keeps {@code text}, or nothing when it is null. See {@link SettingsStore#commit}. */
    void keep(@Nullable String text, Consumer<@Nullable String> done);
  }

  private sealed interface State {
    record None() implements State {}

    /** Published; {@code eraser} is null until what was in flight has left. */
    record Running(MediumOperation operation, @Nullable MediumEraser eraser) implements State {}

    record Failed(MediumOperation operation) implements State {}
  }

  private final String unit;
  private final BlockDevice device;
  private final TaskSet tasks;
  private final Mark mark;
  private volatile State state;

  MediumOperations(String unit, BlockDevice device, TaskSet tasks, Mark mark) {
    this.unit = unit;
    this.device = device;
    this.tasks = tasks;
    this.mark = mark;
    this.state = kept(unit, mark.read());
  }

  private static State kept(String unit, @Nullable String text) {
    if (text == null) {
      return new State.None();
    }
    boolean failed = text.startsWith(FAILED);
    MediumOperation operation =
        MediumOperation.parse(failed ? text.substring(FAILED.length()) : text);
    if (operation == null) {
      log.error(
          "{}: what is kept of a SANITIZE is not understood, so it has failed: {}", unit, text);
      return new State.Failed(
          new MediumOperation(
              MediumOperation.Purpose.SANITIZE, new MediumOperation.Erasure.Zeroes()));
    }
    return failed ? new State.Failed(operation) : new State.Running(operation, null);
  }

  /**
   * Takes up again what had begun before a restart; to be called once, when the device is there. A
   * unit whose device is missing keeps refusing commands, and takes up at the next start.
   */
  void resume() {
    if (state instanceof State.Running(MediumOperation operation, MediumEraser _)) {
      log.info("{}: goes on with what a restart has interrupted: {}", unit, operation.purpose());
      erase(operation, null);
    }
  }

  /**
   * Why a command of this row is refused now, or null when it is not. A volatile read, behind the
   * one that makes the task SUBMITTED.
   */
  @Nullable Sense refusal(CommandSpec row) {
    return switch (state) {
      case State.None() -> null;
      case State.Running running ->
          row.traits().contains(CommandTrait.DURING_MEDIUM_OPERATION) ? null : inProgress(running);
      case State.Failed(MediumOperation operation) -> {
        boolean served =
            row.traits().contains(CommandTrait.DURING_MEDIUM_OPERATION)
                || row.traits().contains(CommandTrait.AFTER_FAILED_MEDIUM_OPERATION)
                || (operation.purpose() == MediumOperation.Purpose.FORMAT
                    && row.touches().equals(MediumRange.NONE));
        yield served ? null : failed(operation);
      }
    };
  }

  /** What REQUEST SENSE says of it: progress or failure; null when there is nothing to say. */
  public @Nullable Sense sense() {
    return switch (state) {
      case State.None() -> null;
      case State.Running running -> inProgress(running);
      case State.Failed(MediumOperation operation) -> failed(operation);
    };
  }

  private static Sense inProgress(State.Running running) {
    MediumEraser eraser = running.eraser();
    return Sense.of(SenseKey.NOT_READY, running.operation().purpose().running())
        .withProgress(eraser == null ? 0 : eraser.progress());
  }

  private static Sense failed(MediumOperation operation) {
    return Sense.of(SenseKey.MEDIUM_ERROR, operation.purpose().failed());
  }

  /** The operation that has failed, and that its like has to put right; null when none has. */
  public MediumOperation.@Nullable Purpose failure() {
    return state instanceof State.Failed(MediumOperation operation) ? operation.purpose() : null;
  }

  /**
   * Begins {@code operation} and ends {@code task}: at once when it cannot begin, when it has begun
   * if {@code immediate}, otherwise when it has ended.
   */
  public void begin(ScsiTask task, MediumOperation operation, boolean immediate) {
    State before;
    synchronized (this) {
      before = state;
      if (!(before instanceof State.Running)) {
        state = new State.Running(operation, null);
      }
    }
    if (before instanceof State.Running running) {
      task.end(Outcome.check(inProgress(running)));
      return;
    }
    // What comes now is refused, so it must not be kept waiting for the end of this command.
    tasks.stepAside(task);
    tasks.drain(
        other -> other != task && mayUseTheMedium(other),
        () ->
            mark.keep(
                operation.text(), failure -> kept(task, operation, immediate, before, failure)));
  }

  private static boolean mayUseTheMedium(ScsiTask task) {
    CommandSpec row = task.spec();
    if (row == null) {
      return false;
    }
    return switch (row.reservation().classOf(task.cdb())) {
      case MEDIUM_READ, MEDIUM_WRITE -> true;
      case ALWAYS_ALLOWED, ALLOWED_UNDER_PERSISTENT, PERSISTENT_RESERVE_IN, JUDGED_BY_ENGINE ->
          !row.touches().equals(MediumRange.NONE);
    };
  }

  private void kept(
      ScsiTask task,
      MediumOperation operation,
      boolean immediate,
      State before,
      @Nullable String failure) {
    if (failure != null) {
      log.error("{}: it cannot be kept that {} begins: {}", unit, operation.purpose(), failure);
      state = before;
      task.end(Outcome.check(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
      return;
    }
    log.info("{}: {} of {} begins", unit, operation.purpose(), task.nexus());
    if (immediate) {
      task.end(Outcome.GOOD);
      erase(operation, null);
    } else {
      erase(operation, task);
    }
  }

  private void erase(MediumOperation operation, @Nullable ScsiTask task) {
    Waiting waiting = new Waiting(task);
    MediumEraser eraser =
        new MediumEraser(
            device,
            operation.erasure(),
            waiting::endIfAborted,
            result -> ended(operation, waiting, result));
    state = new State.Running(operation, eraser);
    eraser.advance();
  }

  /** The command that waits for the end, if any. Owned by the eraser's step. */
  private static final class Waiting {
    private @Nullable ScsiTask task;

    Waiting(@Nullable ScsiTask task) {
      this.task = task;
    }

    void endIfAborted() {
      if (task != null && task.aborted()) {
        end(Outcome.ABORTED);
      }
    }

    void end(Outcome outcome) {
      ScsiTask waiting = task;
      task = null;
      if (waiting != null) {
        waiting.end(outcome);
      }
    }
  }

  private void ended(MediumOperation operation, Waiting waiting, IoResult result) {
    if (result instanceof IoResult.Failed failure) {
      log.error(
          "{}: {} has failed with {} at byte {}: {}",
          unit,
          operation.purpose(),
          failure.fault(),
          failure.offset(),
          failure.detail());
      mark.keep(
          FAILED + operation.text(),
          unkept -> {
            if (unkept != null) {
              log.error(
                  "{}: it cannot be kept that it failed; a restart repeats it: {}", unit, unkept);
            }
            failedNow(operation, waiting);
          });
      return;
    }
    mark.keep(
        null,
        unkept -> {
          if (unkept == null) {
            log.info("{}: {} has ended", unit, operation.purpose());
            state = new State.None();
            waiting.end(Outcome.GOOD);
          } else {
            log.error(
                "{}: it cannot be kept that {} has ended: {}", unit, operation.purpose(), unkept);
            failedNow(operation, waiting);
          }
        });
  }

  private void failedNow(MediumOperation operation, Waiting waiting) {
    state = new State.Failed(operation);
    waiting.end(Outcome.check(failed(operation)));
  }

  /** EXIT FAILURE MODE of a failed sanitize operation in the unrestricted completion mode. */
  public void exitFailureMode(ScsiTask task) {
    mark.keep(
        null,
        unkept -> {
          if (unkept == null) {
            state = new State.None();
            task.end(Outcome.GOOD);
          } else {
            log.error("{}: it cannot be kept that the failure mode ends: {}", unit, unkept);
            task.end(
                Outcome.check(
                    Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE)));
          }
        });
  }
}
