package org.holdfast.iscsi.session;

import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.InitiatorPdu.ScsiCommand;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.Residual;
import org.holdfast.iscsi.pdu.TargetPdu.ReadyToTransfer;
import org.holdfast.iscsi.pdu.TargetPdu.ScsiResponse;
import org.holdfast.iscsi.session.RunningCommand.Stage;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.TaskAttribute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SCSI commands of a session, each from its request to its response: prepare, collect Data-Out,
 * submit, answer.
 */
final class ScsiCommands {
  private static final Logger LOG = LoggerFactory.getLogger(ScsiCommands.class);

  /**
   * Up to this many bytes, a command that begins with immediate data gets memory for all of its
   * data at once, when there is some. Only its initiator has said yet how long it is.
   */
  private static final int WHOLE = 1 << 20;

  private final SessionContext context;
  private final Responder responder;
  private final CommandWindow window;
  private final DataInSender dataIn;
  private final DataOutMemory memory;
  private final TagTable byTag = new TagTable();
  private int immediates;
  private int lastTransferTag;

  /** Answered Data-In that is still in memory, bytes. */
  private long unsent;

  ScsiCommands(SessionContext context, Responder responder, CommandWindow window) {
    this.context = context;
    this.responder = responder;
    this.window = window;
    this.dataIn = new DataInSender(responder);
    this.memory =
        new DataOutMemory(
            context.allocator(),
            context.limits().dataOutBytes(),
            context.dataOut(),
            context.outbox()::execute);
  }

  /** Where the immediate data of a command is to go. */
  DataSegment immediateDestination(Bhs header, int length) {
    SessionParameters parameters = context.parameters();
    long expected = ScsiCommand.write(header) ? ScsiCommand.expectedDataTransferLength(header) : 0;
    if (!parameters.immediateData() || length > Math.min(parameters.firstBurst(), expected)) {
      // It will be refused.
      return DataSegment.skipped(length);
    }
    DataBuffer buffer = expected > length && expected <= WHOLE ? memory.now((int) expected) : null;
    if (buffer == null) {
      buffer = memory.unsolicited(length);
    }
    return buffer == null ? DataSegment.skipped(length) : DataSegment.owning(buffer, length);
  }

  /** Where the data of a Data-Out PDU is to go; data of a command that is gone is skipped. */
  DataSegment dataOutDestination(Bhs header, int length) {
    DataSegment nowhere = DataSegment.skipped(length);
    RunningCommand command = byTag.get(header.initiatorTaskTag());
    return command == null || command.stage() != Stage.COLLECTING
        ? nowhere
        : command.transfer().destination(DataOut.of(header, nowhere), memory);
  }

  /** A command that the window has let in. Takes over its data. */
  void start(ScsiCommand pdu) {
    RunningCommand command = new RunningCommand(this, pdu);
    if (command.immediate()) {
      immediates++;
    }
    RejectReason refusal = refusal(pdu);
    if (refusal != null) {
      giveBackSlot(command);
      responder.reject(refusal, pdu, "SCSI command with fields that do not fit");
      pdu.data().release();
      return;
    }
    ScsiTask task =
        new ScsiTask(
            context.nexus(),
            pdu.lun(),
            Integer.toUnsignedLong(pdu.initiatorTaskTag()),
            pdu.cdb(),
            attribute(pdu.attribute()),
            context.allocator(),
            command);
    task.dataOutOffered(command.expectedWrite());
    context.engine().prepare(task);
    command.start(task);
    byTag.add(command);
    context.traffic().begun();
    if (command.expectedWrite() == 0 && pdu.finalPdu() && pdu.data().isEmpty()) {
      submit(command);
    } else {
      collect(command, pdu);
    }
  }

  /** Takes over the immediate data. */
  private void collect(RunningCommand command, ScsiCommand pdu) {
    int wanted = (int) Math.min(command.task().dataOutWanted(), command.expectedWrite());
    WriteTransfer transfer =
        new WriteTransfer(wanted, command.expectedWrite(), !pdu.finalPdu(), context.parameters());
    command.collect(transfer);
    transfer.immediate(pdu.data());
    if (!transfer.faulty() && transfer.needsMemory() && memory.fits(wanted)) {
      memory.whenThere(command, wanted, buffer -> granted(command, buffer));
    } else {
      advance(command);
    }
  }

  /** Passes the end of a task to the connection's thread. Any thread. */
  void onConnection(RunningCommand command) {
    context.outbox().execute(command);
  }

  private @Nullable RejectReason refusal(ScsiCommand pdu) {
    if (immediates > context.limits().immediateCommands()) {
      return RejectReason.IMMEDIATE_COMMAND_REJECT;
    }
    // A tag identifies one task of the session at a time (RFC 7143 clause 11.2.1.8).
    if (pdu.initiatorTaskTag() == Pdu.RESERVED_TAG || byTag.get(pdu.initiatorTaskTag()) != null) {
      return RejectReason.PROTOCOL_ERROR;
    }
    boolean moreData = !pdu.finalPdu();
    if (pdu.attribute() > 4
        || (moreData && (!pdu.write() || context.parameters().initialR2T()))
        || (!pdu.write() && !pdu.data().isEmpty())) {
      return RejectReason.INVALID_PDU_FIELD;
    }
    return null;
  }

  private static TaskAttribute attribute(int code) {
    return switch (code) {
      case 2 -> TaskAttribute.ORDERED;
      case 3 -> TaskAttribute.HEAD_OF_QUEUE;
      case 4 -> TaskAttribute.ACA;
      default -> TaskAttribute.SIMPLE;
    };
  }

  /**
   * Takes over the data of a Data-Out PDU. Its LUN and ExpStatSN are not looked at: Microsoft's
   * initiator leaves both 0. Data for a command that is gone (aborted, or wanted less) is
   * swallowed.
   */
  void dataOut(DataOut pdu) {
    RunningCommand command = byTag.get(pdu.initiatorTaskTag());
    if (command == null || command.stage() != Stage.COLLECTING) {
      pdu.data().release();
      return;
    }
    command.transfer().receive(pdu);
    advance(command);
  }

  private void granted(RunningCommand command, DataBuffer buffer) {
    command.transfer().granted(buffer);
    advance(command);
  }

  /** Submits a command whose data is complete, asks for more otherwise. */
  private void advance(RunningCommand command) {
    WriteTransfer transfer = command.transfer();
    if (transfer.complete()) {
      DataBuffer data = transfer.take();
      if (data != null) {
        command.task().dataOut(data, transfer.wanted());
      }
      submit(command);
      return;
    }
    if (transfer.faulty()) {
      DataFault fault = transfer.concludedFault();
      if (fault != null) {
        refuseData(command, fault);
      }
      return;
    }
    if (!transfer.unsolicitedOpen() && !memory.fits(transfer.wanted())) {
      refuseOversized(command);
      return;
    }
    for (WriteTransfer.Ask ask = transfer.ask(nextTransferTag());
        ask != null;
        ask = transfer.ask(nextTransferTag())) {
      responder.send(
          new ReadyToTransfer(
              command.lun(),
              command.tag(),
              lastTransferTag,
              responder.current(),
              ask.r2tSn(),
              ask.offset(),
              ask.length()));
    }
  }

  private int nextTransferTag() {
    lastTransferTag++;
    if (lastTransferTag == Pdu.RESERVED_TAG) {
      lastTransferTag = 0;
    }
    return lastTransferTag;
  }

  private void submit(RunningCommand command) {
    command.stage(Stage.SUBMITTED);
    context.engine().submit(command.task());
  }

  /** The engine is done with a command. */
  void ended(RunningCommand command) {
    switch (command.task().outcome()) {
      case Outcome.Aborted ignored -> {
        retire(command);
        giveBackSlot(command);
        release(command);
        announceRoom();
      }
      case Outcome.Good good -> answerGood(command, good);
      case Outcome.CheckCondition check -> answer(command, check);
      case Outcome.ConditionMet met -> answer(command, met);
      case Outcome.ReservationConflict conflict -> answer(command, conflict);
      case Outcome.Busy busy -> answer(command, busy);
      case Outcome.TaskSetFull full -> answer(command, full);
    }
  }

  private void answerGood(RunningCommand command, Outcome.Good good) {
    ScsiTask task = command.task();
    DataBuffer data = task.dataIn();
    int length = (int) Math.min(task.dataInLength(), command.expectedRead());
    context.traffic().moved(data == null ? 0 : length, task.dataOutLength());
    if (data == null || length == 0) {
      answer(command, good);
      return;
    }
    retire(command);
    // A peer that reads slowly does not get to fill the memory: its window stays closed meanwhile.
    boolean holdSlot = unsent + length > context.limits().dataInBytes();
    if (!holdSlot) {
      giveBackSlot(command);
    }
    unsent += length;
    dataIn.send(
        command,
        data,
        length,
        context.parameters(),
        () -> {
          unsent -= length;
          release(command);
          if (holdSlot) {
            giveBackSlot(command);
            announceRoom();
          }
        });
  }

  private void answer(RunningCommand command, Outcome outcome) {
    long given = outcome instanceof Outcome.Good ? command.task().dataInLength() : 0;
    respond(
        command,
        ScsiResponse.COMPLETED_AT_TARGET,
        outcome.status(),
        command.residual(given),
        command.bidirectionalReadResidual(given),
        outcome instanceof Outcome.CheckCondition check
            ? ScsiResponse.withSense(command.task().senseData(check.sense()))
            : DataSegment.EMPTY);
  }

  /** The engine never sees the command: what came is not what was announced. */
  private void refuseData(RunningCommand command, DataFault fault) {
    LOG.info("{}: Data-Out of a command: {}", context.nexus(), fault);
    memory.withdraw(command);
    command.transfer().discard();
    answer(command, fault.outcome());
  }

  /** More Data-Out than a session may hold: the engine's transfer limit is far below. */
  private void refuseOversized(RunningCommand command) {
    command.transfer().discard();
    respond(
        command, ScsiResponse.TARGET_FAILURE, 0, Residual.NONE, Residual.NONE, DataSegment.EMPTY);
  }

  private void respond(
      RunningCommand command,
      int response,
      int status,
      Residual residual,
      Residual bidirectional,
      DataSegment sense) {
    retire(command);
    giveBackSlot(command);
    responder.send(
        new ScsiResponse(
            response,
            status,
            command.tag(),
            0,
            responder.status(),
            command.r2tCount(),
            bidirectional,
            residual,
            sense));
    release(command);
  }

  /** The tag is free for another command. */
  private void retire(RunningCommand command) {
    command.stage(Stage.ANSWERED);
    byTag.remove(command);
    context.traffic().ended();
  }

  private void giveBackSlot(RunningCommand command) {
    if (command.immediate()) {
      immediates--;
    } else {
      window.free();
    }
  }

  private void release(RunningCommand command) {
    command.task().finish();
  }

  /** Nothing goes out that could tell of the slots that came free: a NOP-In does. */
  void announceRoom() {
    if (window.unannouncedRoom()) {
      responder.announceWindow();
    }
  }

  /** The running command with that tag, or null. */
  @Nullable RunningCommand find(int tag) {
    return byTag.get(tag);
  }

  /** Commands without a response. */
  int running() {
    return byTag.size();
  }

  /** Drops the commands that wait for data and that task management has marked. */
  void dropAborted() {
    for (RunningCommand command : byTag.snapshot()) {
      if (command.stage() == Stage.COLLECTING && command.task().aborted()) {
        drop(command);
      }
    }
  }

  /** Drops every command that waits for data: the session ends. */
  void dropCollecting() {
    memory.close();
    for (RunningCommand command : byTag.snapshot()) {
      if (command.stage() == Stage.COLLECTING) {
        drop(command);
      }
    }
  }

  private void drop(RunningCommand command) {
    retire(command);
    giveBackSlot(command);
    memory.withdraw(command);
    command.transfer().discard();
    release(command);
  }
}
