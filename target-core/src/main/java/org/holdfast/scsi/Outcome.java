package org.holdfast.scsi;

/** How a SCSI command ended (SAM-5 clause 5.3). */
public sealed interface Outcome {
  Good GOOD = new Good();
  ConditionMet CONDITION_MET = new ConditionMet();
  ReservationConflict RESERVATION_CONFLICT = new ReservationConflict();
  Busy BUSY = new Busy();
  TaskSetFull TASK_SET_FULL = new TaskSetFull();
  Aborted ABORTED = new Aborted();

  /** The SCSI status byte; {@link Aborted} has none. */
  int status();

  record Good() implements Outcome {
    @Override
    public int status() {
      return 0x00;
    }
  }

  /** The condition that the command asked for is there: PRE-FETCH has everything in its cache. */
  record ConditionMet() implements Outcome {
    @Override
    public int status() {
      return 0x04;
    }
  }

  record CheckCondition(Sense sense) implements Outcome {
    @Override
    public int status() {
      return 0x02;
    }
  }

  /** RESERVATION CONFLICT never carries sense data. */
  record ReservationConflict() implements Outcome {
    @Override
    public int status() {
      return 0x18;
    }
  }

  record Busy() implements Outcome {
    @Override
    public int status() {
      return 0x08;
    }
  }

  record TaskSetFull() implements Outcome {
    @Override
    public int status() {
      return 0x28;
    }
  }

  /** Ended by task management: no response is sent (SAM-5 clause 5.6, TAS = 0). */
  record Aborted() implements Outcome {
    @Override
    public int status() {
      throw new IllegalStateException("an aborted command has no status");
    }
  }

  /** Short for {@code new CheckCondition(sense)}. */
  static Outcome check(Sense sense) {
    return new CheckCondition(sense);
  }
}
