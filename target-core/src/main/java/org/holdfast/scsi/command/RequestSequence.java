package org.holdfast.scsi.command;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.holdfast.scsi.FaultMapper;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/**
 * Carries out requests of one command one after another, as long as each goes well and nobody
 * aborts the task.
 *
 * <p>A device may complete before {@code submit} returns, as often as it likes in a row. The
 * counter {@code work} turns that into a loop, so that the stack does not grow with the number of
 * requests; it also orders the steps when they run on different threads.
 */
final class RequestSequence {
  /** What happens next. */
  sealed interface Step {
    /** This request is carried out. */
    record Submit(IoRequest request) implements Step {}

    /** The command ends so. */
    record End(Outcome outcome) implements Step {}
  }

  /** Says what to do, step by step. Called by one thread at a time, each time after the other. */
  @FunctionalInterface
  interface Source {
    /**
     * The next step.
     *
     * @param previous how the request before went, which was well; {@link IoResult#DONE} at first
     */
    Step next(IoResult previous);
  }

  private final LogicalUnit unit;
  private final ScsiTask task;
  private final Source source;
  private final Consumer<Outcome> done;
  private final AtomicInteger work = new AtomicInteger();

  // Owned by whoever runs step(): at most one thread at any time, handed over through work.
  private IoResult previous = IoResult.DONE;

  private RequestSequence(LogicalUnit unit, ScsiTask task, Source source, Consumer<Outcome> done) {
    this.unit = unit;
    this.task = task;
    this.source = source;
    this.done = done;
  }

  /** Runs the steps of {@code source}, then ends {@code task}. */
  static void run(LogicalUnit unit, ScsiTask task, Source source) {
    run(unit, task, source, task::end);
  }

  /**
   * Runs the steps of {@code source}.
   *
   * @param done told once how the sequence ended; ends the task, or goes on
   */
  static void run(LogicalUnit unit, ScsiTask task, Source source, Consumer<Outcome> done) {
    new RequestSequence(unit, task, source, done).advance();
  }

  private void advance() {
    if (work.getAndIncrement() == 0) {
      do {
        step();
      } while (work.decrementAndGet() != 0);
    }
  }

  private void step() {
    if (previous instanceof IoResult.Failed) {
      done.accept(FaultMapper.outcome(unit, task, previous));
      return;
    }
    if (task.aborted()) {
      done.accept(Outcome.ABORTED);
      return;
    }
    switch (source.next(previous)) {
      case Step.End(Outcome outcome) -> done.accept(outcome);
      case Step.Submit(IoRequest request) ->
          unit.device()
              .submit(
                  request,
                  ended -> {
                    previous = ended;
                    advance();
                  });
    }
  }
}
