package org.holdfast.iscsi.netty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.ProtocolViolation;
import org.holdfast.iscsi.pdu.TargetPdu;
import org.holdfast.iscsi.pdu.WireFormat;

/** Logs in whoever asks, echoes NOP-Outs, closes on a violation, and writes down what happened. */
class RecordingLogic implements ConnectionLogic {
  static final TargetPdu.Numbers NUMBERS = new TargetPdu.Numbers(1, 2, 3);

  final Context context;
  final List<String> events = new CopyOnWriteArrayList<>();
  final CountDownLatch closed = new CountDownLatch(1);
  WireFormat afterLogin = WireFormat.LOGIN;
  DataSegment lastAnswer = DataSegment.EMPTY;

  RecordingLogic(Context context) {
    this.context = context;
  }

  @Override
  public DataSegment destination(Bhs header, int length) {
    return DataSegment.owning(context.allocator().allocate(length), length);
  }

  @Override
  public void onPdu(Pdu pdu) {
    events.add(pdu.opcode().name());
    switch (pdu) {
      case InitiatorPdu.LoginRequest login -> {
        login.data().release();
        context
            .outbox()
            .send(
                new TargetPdu.LoginResponse(
                    true,
                    false,
                    1,
                    3,
                    0,
                    0,
                    login.isid(),
                    1,
                    login.initiatorTaskTag(),
                    NUMBERS,
                    0,
                    0,
                    lastAnswer));
        context.outbox().enterFullFeaturePhase(afterLogin);
      }
      case InitiatorPdu.NopOut nop ->
          context
              .outbox()
              .send(new TargetPdu.NopIn(0, nop.initiatorTaskTag(), -1, NUMBERS, nop.data()));
      default -> pdu.data().release();
    }
  }

  @Override
  public void onViolation(ProtocolViolation violation) {
    events.add("violation " + violation.reason());
    context.outbox().closeAfterSent(violation.detail());
  }

  @Override
  public void onTick(long now) {
    events.add("tick");
  }

  @Override
  public void onDrain() {
    events.add("drain");
    context.outbox().closeAfterSent("drain");
  }

  @Override
  public void onClosed() {
    events.add("closed");
    closed.countDown();
  }
}
