package org.holdfast.iscsi.session;

import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.scsi.ScsiTask;
import org.jspecify.annotations.Nullable;

/** A SCSI command between its request and its response. Owner: {@link ScsiCommands}. */
final class RunningCommand {
  /** Where the command stands. */
  enum Stage {
    /** Data-Out is on its way. */
    COLLECTING,
    /** The engine has it. */
    SUBMITTED,
    /** The response is out, Data-In perhaps not quite. */
    ANSWERED
  }

  private final boolean immediate;
  private final boolean read;
  private final boolean write;
  private final long lun;
  private final int tag;
  private final long expected;
  private final long expectedRead;
  private @Nullable ScsiTask task;
  private @Nullable WriteTransfer transfer;
  private Stage stage = Stage.COLLECTING;
  private long reserved;

  RunningCommand(ScsiCommand pdu) {
    immediate = pdu.immediate();
    read = pdu.read();
    write = pdu.write();
    lun = pdu.lun();
    tag = pdu.initiatorTaskTag();
    expected = pdu.expectedDataTransferLength();
    expectedRead = !read ? 0 : write ? pdu.bidirectionalReadLength() : expected;
  }

  void start(ScsiTask newTask, WriteTransfer newTransfer) {
    task = newTask;
    transfer = newTransfer;
  }

  /** It takes no slot of the command window. */
  boolean immediate() {
    return immediate;
  }

  long lun() {
    return lun;
  }

  /** Initiator task tag. */
  int tag() {
    return tag;
  }

  /** Bytes that the initiator sends. */
  long expectedWrite() {
    return write ? expected : 0;
  }

  /** Bytes that the initiator has room for. */
  long expectedRead() {
    return expectedRead;
  }

  ScsiTask task() {
    ScsiTask current = task;
    if (current == null) {
      throw new IllegalStateException("the command has not started");
    }
    return current;
  }

  WriteTransfer transfer() {
    WriteTransfer current = transfer;
    if (current == null) {
      throw new IllegalStateException("the command has not started");
    }
    return current;
  }

  Stage stage() {
    return stage;
  }

  void stage(Stage next) {
    stage = next;
  }

  /** Bytes of the Data-Out budget that it holds. */
  long reserved() {
    return reserved;
  }

  void reserved(long bytes) {
    reserved = bytes;
  }

  /**
   * How the data that the command wanted to move differs from what was expected (RFC 7143 clause
   * 11.4.5).
   *
   * @param dataIn bytes that the command had to give
   */
  Residual residual(long dataIn) {
    if (write) {
      return Residual.of(expected, task().dataOutWanted());
    }
    // Neither read nor write: whatever the command wanted to move is too much.
    return Residual.of(expectedRead, read ? dataIn : Math.max(dataIn, task().dataOutWanted()));
  }

  /** The second residual of a bidirectional command. */
  Residual bidirectionalReadResidual(long dataIn) {
    return read && write ? Residual.of(expectedRead, dataIn) : Residual.NONE;
  }
}
