package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.PduEncoder;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.TargetPdu.Numbers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Numbers what a connection sends (RFC 7143 clause 4.2.2.2) and refuses what it cannot take. */
final class Responder {
  private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

  private final Outbox outbox;
  private final CommandWindow window;
  private final String peer;
  private int statSn;

  Responder(Outbox outbox, CommandWindow window, int firstStatSn, String peer) {
    this.outbox = outbox;
    this.window = window;
    this.statSn = firstStatSn;
    this.peer = peer;
  }

  void send(TargetPdu pdu) {
    outbox.send(pdu);
  }

  /** For a PDU that carries status: StatSN advances. */
  Numbers status() {
    return new Numbers(statSn++, window.expected(), window.announce());
  }

  /** For a PDU that names the next StatSN without using it up. */
  Numbers current() {
    return new Numbers(statSn, window.expected(), window.announce());
  }

  /** For Data-In without status, where StatSN is reserved. */
  Numbers withoutStatus() {
    return new Numbers(0, window.expected(), window.announce());
  }

  /** Tells the initiator of a wider command window; asks for no answer. */
  void announceWindow() {
    send(new TargetPdu.NopIn(0, Pdu.RESERVED_TAG, Pdu.RESERVED_TAG, current(), DataSegment.EMPTY));
  }

  /** Refuses a PDU and goes on. Its data stays the caller's, unread. */
  void reject(RejectReason reason, InitiatorPdu pdu, String why) {
    ByteBuffer header = ByteBuffer.allocate(4096);
    new PduEncoder().header(pdu, header);
    reject(reason, new Bhs(header.flip()), why);
  }

  void reject(RejectReason reason, Bhs header, String why) {
    LOG.info("{}: rejected {}: {}", peer, header.opcode(), why);
    send(
        new TargetPdu.Reject(reason.code(), status(), 0, DataSegment.copyOf(header.toByteArray())));
  }

  /**
   * Refuses a PDU that breaks what follows, too. With ErrorRecoveryLevel 0 the connection ends (RFC
   * 7143 clause 7.1.4.1: session recovery).
   */
  void rejectAndClose(RejectReason reason, InitiatorPdu pdu, String why) {
    reject(reason, pdu, why);
    outbox.closeAfterSent(why);
  }
}
