package org.holdfast.iscsi.session;

import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.login.Login;
import org.holdfast.iscsi.login.Negotiation;
import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.DataSink;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.LoginRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.LogoutRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.NopOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.Numbered;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.InitiatorPdu.SnackRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TaskManagementRequest;
import org.holdfast.iscsi.pdu.InitiatorPdu.TextRequest;
import org.holdfast.iscsi.pdu.Opcode;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.TargetPdu.AsyncMessage;
import org.holdfast.iscsi.pdu.TargetPdu.LogoutResponse;
import org.holdfast.iscsi.pdu.TargetPdu.NopIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection after login: lets requests in through the command window and hands them to who
 * answers them.
 */
final class FullFeaturePhase {
  private static final Logger LOG = LoggerFactory.getLogger(FullFeaturePhase.class);

  private enum State {
    OPEN,
    /** The target shuts down: only a logout is welcome. */
    DRAINING,
    /** Over; what still comes in is dropped. */
    ENDED
  }

  // Logout responses (RFC 7143 clause 11.15.1).
  private static final int CLOSED = 0;
  private static final int NO_SUCH_CONNECTION = 1;
  private static final int RECOVERY_NOT_SUPPORTED = 2;

  private final Outbox outbox;
  private final Responder responder;
  private final CommandWindow window;
  private final Negotiation negotiation;
  private final TextExchange text;
  private final int connectionId;
  private final Optional<IscsiSession> session;
  private final DataSink others;
  private final Runnable left;
  private SessionParameters parameters;
  private State state = State.OPEN;

  /**
   * The phase that a login leads to.
   *
   * @param session makes the session of a normal login; it sees the parameters as they are now
   * @param others where the data of PDUs goes that are no command's
   * @param left run when the session has ended and holds nothing any more
   */
  FullFeaturePhase(
      Outbox outbox,
      Responder responder,
      CommandWindow window,
      Login login,
      TextExchange text,
      int connectionId,
      SessionFactory session,
      DataSink others,
      Runnable left) {
    this.outbox = outbox;
    this.responder = responder;
    this.window = window;
    this.negotiation = login.negotiation();
    this.parameters = login.parameters();
    this.text = text;
    this.connectionId = connectionId;
    this.session = session.open(this::parameters);
    this.others = others;
    this.left = left;
  }

  /** Makes the session, or none for discovery. */
  @FunctionalInterface
  interface SessionFactory {
    Optional<IscsiSession> open(Supplier<SessionParameters> current);
  }

  private SessionParameters parameters() {
    return parameters;
  }

  /** Where the data of a PDU is to go: see {@link DataSink}. */
  DataSegment destination(Bhs header, int length) {
    Opcode opcode = header.opcode();
    boolean ofCommand = opcode == Opcode.DATA_OUT || opcode == Opcode.SCSI_COMMAND;
    if (state == State.ENDED || (ofCommand && session.isEmpty())) {
      return DataSegment.skipped(length);
    }
    if (!ofCommand) {
      return others.destination(header, length);
    }
    return opcode == Opcode.DATA_OUT
        ? session.get().dataOutDestination(header, length)
        : session.get().immediateDestination(header, length);
  }

  /** Takes over the PDU's data. */
  void onPdu(InitiatorPdu pdu) {
    if (state == State.ENDED) {
      pdu.data().release();
      return;
    }
    switch (pdu) {
      case DataOut dataOut ->
          session.ifPresentOrElse(open -> open.dataOut(dataOut), () -> refuse(dataOut));
      case SnackRequest snack ->
          // ErrorRecoveryLevel 0 keeps nothing to send again.
          responder.reject(RejectReason.SNACK_REJECT, snack, "SNACK at ErrorRecoveryLevel 0");
      case Numbered numbered -> numbered(numbered);
    }
  }

  private void numbered(Numbered pdu) {
    CommandWindow.Verdict verdict =
        pdu.immediate() ? window.takeImmediate(pdu.cmdSn()) : window.take(pdu.cmdSn());
    switch (verdict) {
      case TAKEN -> dispatch(pdu);
      case IGNORED -> {
        LOG.debug("{} outside the command window ignored", pdu.opcode());
        pdu.data().release();
      }
      case GAP -> {
        responder.rejectAndClose(
            RejectReason.PROTOCOL_ERROR,
            pdu,
            "CmdSN "
                + Integer.toUnsignedString(pdu.cmdSn())
                + " while "
                + Integer.toUnsignedString(window.expected())
                + " is missing");
        pdu.data().release();
      }
    }
  }

  private void dispatch(Numbered pdu) {
    if (state == State.DRAINING && !(pdu instanceof LogoutRequest) && !(pdu instanceof NopOut)) {
      free(pdu);
      responder.reject(RejectReason.WAITING_FOR_LOGOUT, pdu, "the target shuts down");
      pdu.data().release();
      return;
    }
    switch (pdu) {
      case ScsiCommand command ->
          session.ifPresentOrElse(open -> open.command(command), () -> refuseNumbered(command));
      case TaskManagementRequest request ->
          session.ifPresentOrElse(
              open -> open.taskManagement(request), () -> refuseNumbered(request));
      case NopOut nop -> nopOut(nop);
      case TextRequest request -> {
        free(request);
        text.request(request, parameters.maxSendSegment());
        parameters = negotiation.parameters();
        request.data().release();
      }
      case LogoutRequest request -> {
        free(request);
        logout(request);
      }
      case LoginRequest request -> refuseNumbered(request);
    }
  }

  private void free(Numbered pdu) {
    if (!pdu.immediate()) {
      window.free();
    }
  }

  private void refuseNumbered(Numbered pdu) {
    free(pdu);
    refuse(pdu);
  }

  private void refuse(InitiatorPdu pdu) {
    responder.reject(RejectReason.PROTOCOL_ERROR, pdu, pdu.opcode() + " has no place here");
    pdu.data().release();
  }

  /** Takes over the data: the echo carries it back. */
  private void nopOut(NopOut pdu) {
    free(pdu);
    if (pdu.initiatorTaskTag() == Pdu.RESERVED_TAG) {
      // The answer to our ping, or just a sign of life with a new ExpStatSN.
      pdu.data().release();
      return;
    }
    DataSegment echo = pdu.data();
    int length = Math.min(echo.length(), parameters.maxSendSegment());
    if (length < echo.length()) {
      echo = DataSegment.slice(echo.buffer(), echo.offset(), length, pdu.data()::release);
    }
    responder.send(
        new NopIn(pdu.lun(), pdu.initiatorTaskTag(), Pdu.RESERVED_TAG, responder.status(), echo));
  }

  private void logout(LogoutRequest pdu) {
    switch (pdu.reason()) {
      case LogoutRequest.CLOSE_SESSION -> leave(pdu);
      case LogoutRequest.CLOSE_CONNECTION -> {
        if (pdu.connectionId() == connectionId) {
          leave(pdu);
        } else {
          answer(pdu, NO_SUCH_CONNECTION);
        }
      }
      case LogoutRequest.REMOVE_FOR_RECOVERY -> answer(pdu, RECOVERY_NOT_SUPPORTED);
      default ->
          responder.reject(
              RejectReason.INVALID_PDU_FIELD, pdu, "logout for reason " + pdu.reason());
    }
  }

  /** The one connection of a session is the session: its commands end before the response. */
  private void leave(LogoutRequest pdu) {
    end(
        () -> {
          answer(pdu, CLOSED);
          outbox.closeAfterSent("logout");
        });
  }

  private void answer(LogoutRequest pdu, int response) {
    responder.send(
        new LogoutResponse(
            response, pdu.initiatorTaskTag(), responder.status(), parameters.time2Wait(), 0));
  }

  /** The session is over, or on its way out. */
  boolean ended() {
    return state == State.ENDED;
  }

  /** Ends the session, once; then {@code done} runs. */
  void end(Runnable done) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    Runnable gone =
        () -> {
          left.run();
          done.run();
        };
    session.ifPresentOrElse(open -> open.end(gone), gone);
  }

  /** Asks the initiator to log out within {@code seconds} (RFC 7143 clause 11.9.1). */
  void drain(int seconds) {
    if (state == State.OPEN) {
      state = State.DRAINING;
      responder.send(
          new AsyncMessage(
              0,
              responder.status(),
              AsyncMessage.LOGOUT_REQUESTED,
              0,
              0,
              0,
              seconds,
              DataSegment.EMPTY));
    }
  }

  /** All commands are answered. */
  boolean quiet() {
    return session.map(IscsiSession::quiet).orElse(true);
  }

  /** A numbered request that could not be decoded took its CmdSN all the same. */
  void skip(int cmdSn) {
    if (window.take(cmdSn) == CommandWindow.Verdict.TAKEN) {
      window.free();
    }
  }
}
