package org.holdfast.scsi;

import java.util.function.Consumer;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;

/**
 * The engine behind one target port. A frontend attaches a nexus when a session has logged in and
 * sends its commands through it.
 *
 * <p>For every command: {@link #prepare}, then as many bytes of Data-Out as the task wants, then
 * {@link #submit}. Thread: all calls for one nexus come from one thread (the connection's event
 * loop); different nexuses may use different threads at once. No call blocks.
 */
public interface ScsiTarget {
  /** The port that this engine serves. */
  TargetPort port();

  /**
   * A session has logged in.
   *
   * @param address where from, for logs
   * @param luns what the initiator may see: its ACL's mapped LUNs
   */
  ItNexus attach(Nexus nexus, String address, LunMap luns);

  /**
   * The session is gone (logout, connection loss, reinstatement): its tasks are aborted and its
   * unit attentions forgotten; reservations and registrations stay. {@code done} is called, on any
   * thread, when no I/O of the nexus is running any more.
   */
  void detach(ItNexus nexus, Runnable done);

  /**
   * Gives a live nexus another inventory. Each of its units tells it so with a unit attention; what
   * it no longer sees answers as a LUN without a unit, and has lost the nexus. Unlike the other
   * calls for a nexus it may come from any thread, as long as no two of it overlap.
   *
   * @param done called, on any thread, when no command of the nexus can touch a unit any more that
   *     it has lost
   */
  void remap(ItNexus nexus, LunMap luns, Runnable done);

  /**
   * Decodes the CDB and puts the task into its logical unit's task set. Afterwards {@link
   * ScsiTask#dataOutWanted()} says how much data to collect. A refusal is remembered and delivered
   * by {@link #submit}.
   */
  void prepare(ScsiTask task);

  /** Runs the command. Its listener may be called before this returns. */
  void submit(ScsiTask task);

  /**
   * Task management. {@code answer} is called, on any thread, once the function has taken effect:
   * no affected task will touch data afterwards. The affected tasks end with {@link
   * Outcome.Aborted}; one that still waits for its Data-Out is only marked ({@link
   * ScsiTask#aborted()}): the frontend drops it with {@link ScsiTask#finish()}, or submits it and
   * sees it end as aborted.
   *
   * @param tag the referenced task for ABORT TASK and QUERY TASK, ignored otherwise
   */
  void manage(
      ItNexus nexus,
      TaskManagementFunction function,
      long lun,
      long tag,
      Consumer<TaskManagementResponse> answer);
}
