package org.holdfast.iscsi.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;

/** Keeps what was sent, with a copy of its data, for the test to look at. */
final class RecordingOutbox implements Outbox {
  /** A PDU as it left. */
  static final class Sent {
    private final TargetPdu pdu;
    private final byte[] data;

    Sent(TargetPdu pdu, byte[] data) {
      this.pdu = pdu;
      this.data = data;
    }

    TargetPdu pdu() {
      return pdu;
    }

    byte[] data() {
      return data;
    }
  }

  final Deque<Sent> sent = new ArrayDeque<>();

  /** The wire is stuck: data is not written, so not released, until {@link #unclog}. */
  boolean clogged;

  private final List<Pdu> stuck = new ArrayList<>();
  WireFormat format = WireFormat.LOGIN;
  String closed = "";

  @Override
  public void send(Pdu pdu) {
    if (closed.isEmpty()) {
      sent.add(new Sent((TargetPdu) pdu, pdu.data().toByteArray()));
    }
    if (clogged && closed.isEmpty()) {
      stuck.add(pdu);
    } else {
      pdu.data().release();
    }
  }

  void unclog() {
    clogged = false;
    List<Pdu> written = List.copyOf(stuck);
    stuck.clear();
    written.forEach(pdu -> pdu.data().release());
  }

  @Override
  public void enterFullFeaturePhase(WireFormat next) {
    format = next;
  }

  @Override
  public void suspendReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void closeAfterSent(String reason) {
    closed = closed.isEmpty() ? reason : closed;
  }

  @Override
  public void abort(String reason) {
    closeAfterSent(reason);
  }

  /** The test plays a thread of a store: what it hands over waits for {@link #runHandedOver}. */
  boolean onAnotherThread;

  private final Deque<Runnable> handedOver = new ArrayDeque<>();

  @Override
  public void executeBehind(Runnable action) {
    if (onAnotherThread || !handedOver.isEmpty()) {
      handedOver.add(action);
    } else {
      action.run();
    }
  }

  @Override
  public void execute(Runnable action) {
    if (onAnotherThread) {
      handedOver.add(action);
    } else {
      action.run();
    }
  }

  /** The connection's thread gets to what other threads have handed over. */
  void runHandedOver() {
    for (Runnable next = handedOver.poll(); next != null; next = handedOver.poll()) {
      next.run();
    }
  }
}
