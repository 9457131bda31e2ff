package org.holdfast.iscsi.session;

import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.TaskListener;
import org.jspecify.annotations.Nullable;

/**
 * A SCSI command between its request and its response. Owner: {@link ScsiCommands}, on the
 * connection's thread; the end of its task, which may come on any, is passed to that.
 */
final class RunningCommand implements TaskListener, Runnable {
  /** Where the command stands. */
  enum Stage {
    /** Data-Out is on its way. */
    COLLECTING,
    /** The engine has it. */
    SUBMITTED,
    /** The response is out, Data-In perhaps not quite. */
    ANSWERED
  }

  private final ScsiCommands commands;
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

  RunningCommand(ScsiCommands commands, ScsiCommand pdu) {
    this.commands = commands;
    immediate = pdu.immediate();
    read = pdu.read();
    write = pdu.write();
    lun = pdu.lun();
    tag = pdu.initiatorTaskTag();
    expected = pdu.expectedDataTransferLength();
    expectedRead = !read ? 0 : write ? pdu.bidirectionalReadLength() : expected;
  }

  void start(ScsiTask newTask) {
    task = newTask;
  }

  /** Its Data-Out is to be collected. */
  void collect(WriteTransfer newTransfer) {
    transfer = newTransfer;
  }

  @Override
  public void taskEnded(ScsiTask ended) {
    commands.onConnection(this);
  }

  /** The task has ended, and this is the connection's thread. */
  @Override
  public void run() {
    commands.ended(this);
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

  /** The Data-Out; only while it is collected. */
  WriteTransfer transfer() {
    WriteTransfer current = transfer;
    if (current == null) {
      throw new IllegalStateException("the command has no Data-Out");
    }
    return current;
  }

  /** R2Ts sent for it. */
  int r2tCount() {
    return transfer == null ? 0 : transfer.r2tCount();
  }

  Stage stage() {
    return stage;
  }

  void stage(Stage next) {
    stage = next;
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
