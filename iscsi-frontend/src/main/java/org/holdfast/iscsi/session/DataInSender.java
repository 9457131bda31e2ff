package org.holdfast.iscsi.session;

import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.iscsi.pdu.TargetPdu.DataIn;
import org.holdfast.iscsi.pdu.TargetPdu.Numbers;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.scsi.DataBuffer;

/**
 * Sends the data of a command that went well, cut to the initiator's segments and bursts, with the
 * status in the last PDU (RFC 7143 clause 11.7). The segments point into the command's buffer.
 */
final class DataInSender {
  private final Responder responder;

  DataInSender(Responder responder) {
    this.responder = responder;
  }

  /** Runs {@code done} when the buffer is no longer pointed at. */
  private static final class References implements Runnable {
    private final Runnable done;
    private int count = 1;

    References(Runnable done) {
      this.done = done;
    }

    void add() {
      count++;
    }

    @Override
    public void run() {
      count--;
      if (count == 0) {
        done.run();
      }
    }
  }

  /**
   * Sends data and status.
   *
   * @param length bytes of {@code data} to send, at least 1
   * @param sent run when the data is written or dropped
   */
  void send(
      RunningCommand command,
      DataBuffer data,
      int length,
      SessionParameters parameters,
      Runnable sent) {
    Residual residual = command.residual(command.task().dataInLength());
    if (command.expectedWrite() == 0
        && length <= Math.min(parameters.maxSendSegment(), parameters.maxBurst())) {
      responder.send(
          dataIn(
              command,
              true,
              DataIn.Status.GOOD,
              responder.status(),
              0,
              0,
              residual,
              DataSegment.slice(data, 0, length, sent)));
      return;
    }
    // A bidirectional command has two residuals, and a Data-In PDU has room for one.
    boolean collapse = command.expectedWrite() == 0;
    References references = new References(sent);
    int dataSn = 0;
    int burstEnd = Math.min(parameters.maxBurst(), length);
    for (int offset = 0; offset < length; ) {
      int size = Math.min(parameters.maxSendSegment(), burstEnd - offset);
      int end = offset + size;
      boolean status = end == length && collapse;
      references.add();
      Numbers numbers = status ? responder.status() : responder.withoutStatus();
      responder.send(
          dataIn(
              command,
              end == burstEnd,
              status ? DataIn.Status.GOOD : DataIn.Status.NONE,
              numbers,
              dataSn,
              offset,
              status ? residual : Residual.NONE,
              DataSegment.slice(data, offset, size, references)));
      dataSn++;
      offset = end;
      if (offset == burstEnd) {
        burstEnd = Math.min(length, burstEnd + parameters.maxBurst());
      }
    }
    if (!collapse) {
      int expDataSn = command.r2tCount() + dataSn;
      Residual readResidual = command.bidirectionalReadResidual(command.task().dataInLength());
      responder.send(
          new ScsiResponse(
              ScsiResponse.COMPLETED_AT_TARGET,
              0,
              command.tag(),
              0,
              responder.status(),
              expDataSn,
              readResidual,
              residual,
              DataSegment.EMPTY));
    }
    references.run();
  }

  private static DataIn dataIn(
      RunningCommand command,
      boolean finalPdu,
      DataIn.Status status,
      Numbers numbers,
      int dataSn,
      int offset,
      Residual residual,
      DataSegment data) {
    return new DataIn(
        finalPdu,
        false,
        status,
        command.lun(),
        command.tag(),
        Pdu.RESERVED_TAG,
        numbers,
        dataSn,
        offset,
        residual,
        data);
  }
}
