package org.holdfast.iscsi;

import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.WireFormat;

/**
 * What connection logic may do to its connection. Thread: the connection's own, except {@link
 * #execute}, which any thread may call.
 */
public interface Outbox {
  /**
   * Sends a PDU; those sent earlier go first. Takes over the PDU's data segment and releases it,
   * whatever happens, also after the connection is closed. Never calls back into the logic, except
   * by that release. Bytes leave together at the end of the turn.
   */
  void send(Pdu pdu);

  /**
   * Login is complete: what was sent before still goes in the old format, everything after in the
   * new one, and the next PDU received is expected in it. The login timeout ends. Called once.
   */
  void enterFullFeaturePhase(WireFormat format);

  /**
   * Stops taking bytes from the peer until {@link #resumeReading}; PDUs that are in already may
   * still be delivered. Only while what holds memory can go on without the peer: commands that wait
   * for their Data-Out never get it otherwise.
   */
  void suspendReading();

  /** Ends {@link #suspendReading}. */
  void resumeReading();

  /**
   * Closes the connection when everything sent so far is written, or has been for longer than the
   * server's closing timeout. Nothing more is received. {@code reason} is for the log.
   */
  void closeAfterSent(String reason);

  /** Closes at once; what is not written yet is dropped. */
  void abort(String reason);

  /**
   * Runs {@code action} on the connection's thread: at once when called on it, so the caller must
   * be ready for that; later otherwise, in the order of the calls. Runs after the connection is
   * closed, too: completions bring buffers back.
   */
  void execute(Runnable action);

  /**
   * As {@link #execute}, but always behind what other threads have handed over before: the answer
   * to a task management function or a logout must not overtake the responses of commands that had
   * ended.
   */
  void executeBehind(Runnable action);
}
