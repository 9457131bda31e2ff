package org.holdfast.iscsi.session;

import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.TargetPdu.NopIn;

/** Notices a peer that went away without a word: silence, a ping, more silence (clause 11.19). */
final class KeepAlive {
  private final Responder responder;
  private final long idle;
  private final long pingTimeout;
  private long lastHeard;
  private boolean pinged;
  private int tag;

  KeepAlive(Responder responder, SessionLimits limits, long now) {
    this.responder = responder;
    this.idle = limits.idle().toNanos();
    this.pingTimeout = limits.pingTimeout().toNanos();
    this.lastHeard = now;
  }

  /** Something came in. */
  void heard(long now) {
    lastHeard = now;
    pinged = false;
  }

  /** Whether the peer is to be given up. Pings when it is only silent. */
  boolean dead(long now) {
    long silence = now - lastHeard;
    if (!pinged && silence >= idle) {
      pinged = true;
      tag = tag + 1 == Pdu.RESERVED_TAG ? 0 : tag + 1;
      responder.send(new NopIn(0, Pdu.RESERVED_TAG, tag, responder.current(), DataSegment.EMPTY));
    }
    return pinged && silence >= idle + pingTimeout;
  }
}
