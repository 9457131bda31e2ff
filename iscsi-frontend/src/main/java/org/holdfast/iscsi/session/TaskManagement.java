package org.holdfast.iscsi.session;

import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.ABORT_TASK;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.ABORT_TASK_SET;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.CLEAR_TASK_SET;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.LOGICAL_UNIT_RESET;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.TARGET_COLD_RESET;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.TARGET_WARM_RESET;
import static org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest.TASK_REASSIGN;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.SerialNumber;
import org.holdfast.iscsi.pdu.TargetPdu.TaskManagementResponsePdu;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.TaskManagementFunction;
import org.holdfast.scsi.TaskManagementResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Task management (RFC 7143 clauses 11.5 and 11.6). A function is answered when the engine says
 * that it has taken effect; the responses of commands that ended before are out by then, because
 * the connection's thread runs completions in the order in which they came.
 */
final class TaskManagement {
  private static final Logger LOG = LoggerFactory.getLogger(TaskManagement.class);

  private final SessionContext context;
  private final Responder responder;
  private final CommandWindow window;
  private final ScsiCommands commands;
  private int immediates;

  TaskManagement(
      SessionContext context, Responder responder, CommandWindow window, ScsiCommands commands) {
    this.context = context;
    this.responder = responder;
    this.window = window;
    this.commands = commands;
  }

  /** A request that the window has let in. */
  void request(TaskManagementRequest pdu) {
    if (pdu.immediate()) {
      immediates++;
      if (immediates > context.limits().immediateCommands()) {
        immediates--;
        responder.reject(
            RejectReason.IMMEDIATE_COMMAND_REJECT, pdu, "too many task management functions");
        return;
      }
    }
    switch (pdu.function()) {
      case ABORT_TASK -> abortTask(pdu);
      case ABORT_TASK_SET -> manage(pdu, TaskManagementFunction.ABORT_TASK_SET);
      case CLEAR_TASK_SET -> manage(pdu, TaskManagementFunction.CLEAR_TASK_SET);
      case LOGICAL_UNIT_RESET -> manage(pdu, TaskManagementFunction.LOGICAL_UNIT_RESET);
      // Needs ErrorRecoveryLevel 2.
      case TASK_REASSIGN ->
          answer(pdu, TaskManagementResponsePdu.TASK_ALLEGIANCE_REASSIGNMENT_NOT_SUPPORTED);
      case TARGET_WARM_RESET ->
          resetTarget(pdu, () -> answer(pdu, TaskManagementResponsePdu.FUNCTION_COMPLETE));
      case TARGET_COLD_RESET ->
          resetTarget(
              pdu,
              () -> {
                answer(pdu, TaskManagementResponsePdu.FUNCTION_COMPLETE);
                context.endSessions().run();
              });
      // Queries need protocol level 2.
      default -> answer(pdu, TaskManagementResponsePdu.FUNCTION_NOT_SUPPORTED);
    }
  }

  private void abortTask(TaskManagementRequest pdu) {
    if (commands.find(pdu.referencedTaskTag()) != null) {
      manage(pdu, TaskManagementFunction.ABORT_TASK);
      return;
    }
    // RFC 7143 clause 11.6.1: a command that could still come, and was sent before this request,
    // counts as received and aborted; any other has been answered.
    boolean onItsWay =
        window.valid(pdu.refCmdSn()) && SerialNumber.before(pdu.refCmdSn(), pdu.cmdSn());
    answer(
        pdu,
        onItsWay
            ? TaskManagementResponsePdu.FUNCTION_COMPLETE
            : TaskManagementResponsePdu.TASK_DOES_NOT_EXIST);
  }

  private void manage(TaskManagementRequest pdu, TaskManagementFunction function) {
    context
        .engine()
        .manage(
            context.nexus(),
            function,
            pdu.lun(),
            Integer.toUnsignedLong(pdu.referencedTaskTag()),
            result -> context.outbox().executeBehind(() -> managed(pdu, result)));
  }

  /**
   * Resets every logical unit that the initiator can see, and no other: disks of other clusters
   * behind the same target are none of its business (RFC 7143 clause 11.5.1: the units known to the
   * issuing initiator).
   *
   * @param done runs on the connection's thread when all of them are reset
   */
  private void resetTarget(TaskManagementRequest pdu, Runnable done) {
    // A unit that is mapped twice is reset once.
    Map<LogicalUnit, Integer> units = new HashMap<>();
    context.nexus().luns().units().forEach((lun, mapped) -> units.putIfAbsent(mapped.unit(), lun));
    // One more than there are units: the last step is this method's own.
    AtomicInteger left = new AtomicInteger(units.size() + 1);
    Runnable step =
        () -> {
          if (left.decrementAndGet() == 0) {
            context
                .outbox()
                .executeBehind(
                    () -> {
                      commands.dropAborted();
                      done.run();
                    });
          }
        };
    LOG.info(
        "{}: {} of {} logical units",
        context.nexus(),
        pdu.function() == TARGET_COLD_RESET ? "TARGET COLD RESET" : "TARGET WARM RESET",
        units.size());
    for (int lun : units.values()) {
      context
          .engine()
          .manage(
              context.nexus(),
              TaskManagementFunction.LOGICAL_UNIT_RESET,
              LunMap.encode(lun),
              0,
              _ -> step.run());
    }
    step.run();
  }

  private void managed(TaskManagementRequest pdu, TaskManagementResponse result) {
    commands.dropAborted();
    answer(
        pdu,
        switch (result) {
          case FUNCTION_COMPLETE -> TaskManagementResponsePdu.FUNCTION_COMPLETE;
          case FUNCTION_SUCCEEDED -> TaskManagementResponsePdu.FUNCTION_SUCCEEDED;
          case TASK_DOES_NOT_EXIST -> TaskManagementResponsePdu.TASK_DOES_NOT_EXIST;
          case INCORRECT_LOGICAL_UNIT_NUMBER -> TaskManagementResponsePdu.LUN_DOES_NOT_EXIST;
          case FUNCTION_NOT_SUPPORTED -> TaskManagementResponsePdu.FUNCTION_NOT_SUPPORTED;
          case FUNCTION_REJECTED -> TaskManagementResponsePdu.FUNCTION_REJECTED;
        });
  }

  private void answer(TaskManagementRequest pdu, int response) {
    if (pdu.immediate()) {
      immediates--;
    } else {
      window.free();
    }
    responder.send(
        new TaskManagementResponsePdu(response, pdu.initiatorTaskTag(), responder.status()));
  }
}
