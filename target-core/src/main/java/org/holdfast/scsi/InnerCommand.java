package org.holdfast.scsi;

import java.nio.ByteBuffer;

/**
 * A command that the device server sends to one of its own units for an initiator's command, as
 * third-party copy does (SPC-4 clause 5.17).
 *
 * <p>It is a task of the same I_T nexus in the task set of its unit, and it goes the way that every
 * command goes: in flight, then the reservation check, then the medium. So it obeys the
 * reservations of that unit, PREEMPT waits for it, PREEMPT AND ABORT aborts it, and whoever wants a
 * range to itself is left alone. What sets it apart: there is no response, no unit attention is
 * reported through it, and no task tag names it.
 *
 * @param nexus on whose behalf
 * @param lun where that nexus sees the unit, as an eight-byte LUN field
 * @param row the command; one of the unit's table, or made from one
 * @param cdb fits {@code row}
 */
public record InnerCommand(ItNexus nexus, long lun, CommandSpec row, Cdb cdb) {
  /** How it ended. */
  @FunctionalInterface
  public interface Ended {
    /**
     * Called once, on the sender's thread or another, when the task has left its task set.
     *
     * @param how {@link Outcome.Aborted} also when the nexus is lost or no longer sees the unit
     */
    void ended(Outcome how);
  }

  /**
   * Sends it. Thread: any.
   *
   * @param data holds the Data-Out, or receives the Data-In; the sender keeps it, and leaves it
   *     alone until the end
   * @param length bytes of Data-Out in {@code data}
   */
  public void send(DataBuffer data, int length, Ended ended) {
    LunMap.MappedLun mapped = nexus.luns().find(lun);
    ItlNexus itl = mapped == null ? null : mapped.unit().taskSet().find(nexus.identity());
    if (mapped == null || itl == null || itl.nexus() != nexus) {
      ended.ended(Outcome.ABORTED);
      return;
    }
    Borrowed borrowed = new Borrowed(data);
    ScsiTask task =
        ScsiTask.inner(
            nexus,
            lun,
            cdb,
            _ -> borrowed,
            done -> {
              Outcome how = done.outcome();
              done.finish();
              ended.ended(how);
            });
    task.prepared(row, mapped.unit(), 0);
    if (length > 0) {
      task.dataOut(borrowed, length);
    }
    task.entered(itl);
    mapped.unit().taskSet().enter(itl, task);
    if (nexus.detached()) {
      // Looked at after the task is linked: either the detach finds the task, or it is found here.
      task.abort();
    }
    TargetEngine.begin(task);
  }

  /** Lends the sender's buffer to a task: the release at its end gives nothing back. */
  private record Borrowed(DataBuffer lent) implements DataBuffer {
    @Override
    public int capacity() {
      return lent.capacity();
    }

    @Override
    public ByteBuffer view(int offset, int length) {
      return lent.view(offset, length);
    }

    @Override
    public void release() {
      // The sender's to release.
    }
  }
}
