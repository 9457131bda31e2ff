package org.holdfast.iscsi.session;

import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;

/** A normal session on its one connection: an I_T nexus with its commands. */
final class IscsiSession {
  private final SessionContext context;
  private final ScsiCommands commands;
  private final TaskManagement taskManagement;
  private boolean ended;

  IscsiSession(SessionContext context, Responder responder, CommandWindow window) {
    this.context = context;
    this.commands = new ScsiCommands(context, responder, window);
    this.taskManagement = new TaskManagement(context, responder, window, commands);
  }

  /** Where the data of a Data-Out PDU is to go. */
  DataSegment dataOutDestination(Bhs header, int length) {
    return commands.dataOutDestination(header, length);
  }

  /** Where the immediate data of a command is to go. */
  DataSegment immediateDestination(Bhs header, int length) {
    return commands.immediateDestination(header, length);
  }

  /** Takes over the data. */
  void command(ScsiCommand pdu) {
    commands.start(pdu);
  }

  /** Takes over the data. */
  void dataOut(DataOut pdu) {
    commands.dataOut(pdu);
  }

  void taskManagement(TaskManagementRequest pdu) {
    taskManagement.request(pdu);
  }

  /** Nothing waits for a response. */
  boolean quiet() {
    return commands.running() == 0;
  }

  /**
   * Ends the nexus; no commands may come afterwards. Runs {@code done}, on the connection's thread,
   * when the engine has no I/O of it any more, and behind the responses of the commands that had
   * ended. A second call does nothing.
   */
  void end(Runnable done) {
    if (ended) {
      return;
    }
    ended = true;
    commands.dropCollecting();
    context.engine().detach(context.nexus(), () -> context.outbox().executeBehind(done));
  }
}
