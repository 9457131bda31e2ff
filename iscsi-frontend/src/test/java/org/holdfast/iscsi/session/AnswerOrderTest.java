package org.holdfast.iscsi.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.TargetPdu.LogoutResponse;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.pdu.TargetPdu.TaskManagementResponsePdu;
import org.holdfast.iscsi.session.TestInitiator.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A command ends on a thread of its store, and before its response is out a request comes in on the
 * connection's thread. Its answer has to come second (RFC 7143 clauses 4.2.3.3 and 11.14).
 */
class AnswerOrderTest {
  private final World world = new World();
  private final TestInitiator initiator = new TestInitiator(world).loggedIn();
  private final int cmdSn = initiator.cmdSn;

  private int endACommandElsewhere() {
    world.engine.hold = true;
    int tag = initiator.nothing();
    initiator.outbox.onAnotherThread = true;
    world.engine.go();
    initiator.outbox.onAnotherThread = false;
    return tag;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        TaskManagementRequest.ABORT_TASK,
        TaskManagementRequest.ABORT_TASK_SET,
        TaskManagementRequest.CLEAR_TASK_SET,
        TaskManagementRequest.LOGICAL_UNIT_RESET,
        TaskManagementRequest.TARGET_WARM_RESET
      })
  void taskManagementIsAnsweredAfterTheCommandThatHadEnded(int function) {
    int tag = endACommandElsewhere();
    initiator.manage(function, tag, cmdSn);
    initiator.nothingSent();
    initiator.outbox.runHandedOver();
    assertThat(initiator.next(ScsiResponse.class).initiatorTaskTag()).isEqualTo(tag);
    initiator.next(TaskManagementResponsePdu.class);
    initiator.closeAndCountBuffers();
  }

  @Test
  void logoutIsAnsweredAfterTheCommandThatHadEnded() {
    int tag = endACommandElsewhere();
    initiator.logout(LogoutRequest.CLOSE_SESSION);
    initiator.nothingSent();
    initiator.outbox.runHandedOver();
    assertThat(initiator.next(ScsiResponse.class).initiatorTaskTag()).isEqualTo(tag);
    initiator.next(LogoutResponse.class);
    assertThat(initiator.outbox.closed).isEqualTo("logout");
    initiator.closeAndCountBuffers();
  }
}
