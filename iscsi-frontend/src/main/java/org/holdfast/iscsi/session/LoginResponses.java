package org.holdfast.iscsi.session;

import org.holdfast.iscsi.login.LoginStatus;
import org.holdfast.iscsi.login.LoginStep;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.TargetPdu.LoginResponse;

/** Login responses (RFC 7143 clause 11.13). */
final class LoginResponses {
  private LoginResponses() {}

  /** One that goes on with the login, or completes it. */
  static LoginResponse answer(
      LoginRequest request, Responder out, LoginStep.Answer answer, int tsih) {
    return new LoginResponse(
        answer.transit(),
        answer.continues(),
        answer.currentStage(),
        answer.nextStage(),
        0,
        0,
        request.isid(),
        tsih,
        request.initiatorTaskTag(),
        out.status(),
        LoginStatus.SUCCESS.statusClass(),
        LoginStatus.SUCCESS.detail(),
        answer.text());
  }

  static LoginResponse refusal(LoginRequest request, Responder out, LoginStatus status) {
    return new LoginResponse(
        false,
        false,
        request.currentStage(),
        0,
        0,
        0,
        request.isid(),
        request.tsih(),
        request.initiatorTaskTag(),
        out.status(),
        status.statusClass(),
        status.detail(),
        DataSegment.EMPTY);
  }

  /** To something that is no login request. */
  static LoginResponse refusal(InitiatorPdu pdu, Responder out) {
    return new LoginResponse(
        false,
        false,
        0,
        0,
        0,
        0,
        0,
        0,
        pdu.initiatorTaskTag(),
        out.status(),
        LoginStatus.INVALID_DURING_LOGIN.statusClass(),
        LoginStatus.INVALID_DURING_LOGIN.detail(),
        DataSegment.EMPTY);
  }
}
