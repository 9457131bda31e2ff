package org.holdfast.iscsi.session;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.iscsi.login.SessionParameters;
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

  private final SessionContext context;
  private final Responder responder;
  private final CommandWindow window;
  private final DataInSender dataIn;
  private final DataOutBudget budget;
  private final Map<Integer, RunningCommand> byTag = new HashMap<>();
  private int immediates;
  private int lastTransferTag;

  /** Answered Data-In that is still in memory, bytes. */
  private long unsent;

  ScsiCommands(SessionContext context, Responder responder, CommandWindow window) {
    this.context = context;
    this.responder = responder;
    this.window = window;
    this.dataIn = new DataInSender(responder);
    this.budget = new DataOutBudget(context.limits().dataOutBytes());
  }

  /** A command that the window has let in. Takes over its data. */
  void start(ScsiCommand pdu) {
    RunningCommand command = new RunningCommand(pdu);
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
            ended -> context.outbox().execute(() -> ended(command)));
    task.dataOutOffered(command.expectedWrite());
    context.engine().prepare(task);
    int wanted = (int) Math.min(task.dataOutWanted(), command.expectedWrite());
    SessionParameters parameters = context.parameters();
    WriteTransfer transfer =
        new WriteTransfer(wanted, command.expectedWrite(), !pdu.finalPdu(), parameters);
    command.start(task, transfer);
    byTag.put(command.tag(), command);
    transfer.immediate(pdu.data());
    if (!transfer.faulty() && transfer.needsMemory() && budget.fits(wanted)) {
      budget.reserve(command, wanted, () -> granted(command));
    } else {
      advance(command);
    }
  }

  private @Nullable RejectReason refusal(ScsiCommand pdu) {
    if (immediates > context.limits().immediateCommands()) {
      return RejectReason.IMMEDIATE_COMMAND_REJECT;
    }
    // A tag identifies one task of the session at a time (RFC 7143 clause 11.2.1.8).
    if (pdu.initiatorTaskTag() == Pdu.RESERVED_TAG || byTag.containsKey(pdu.initiatorTaskTag())) {
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

  private void granted(RunningCommand command) {
    command.reserved(command.transfer().wanted());
    command.transfer().allocate(context.allocator());
    advance(command);
  }

  /** Submits a command whose data is complete, asks for more otherwise. */
  private void advance(RunningCommand command) {
    WriteTransfer transfer = command.transfer();
    if (transfer.complete()) {
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
    if (!transfer.unsolicitedOpen() && !budget.fits(transfer.wanted())) {
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
    if (command.reserved() == 0) {
      // All of it came in one unsolicited piece while it waited for memory.
      budget.withdraw(command);
    }
    command.stage(Stage.SUBMITTED);
    DataBuffer data = command.transfer().take();
    if (data != null) {
      command.task().dataOut(data, command.transfer().wanted());
    }
    context.engine().submit(command.task());
  }

  private void ended(RunningCommand command) {
    Outcome outcome = command.task().outcome();
    switch (outcome) {
      case Outcome.Aborted ignored -> {
        retire(command);
        giveBackSlot(command);
        release(command);
        announceRoom();
      }
      case Outcome.Good good -> answerGood(command, good);
      case Outcome.CheckCondition check ->
          answer(command, check, ScsiResponse.withSense(check.sense().encode()));
      case Outcome.ConditionMet met -> answer(command, met, DataSegment.EMPTY);
      case Outcome.ReservationConflict conflict -> answer(command, conflict, DataSegment.EMPTY);
      case Outcome.Busy busy -> answer(command, busy, DataSegment.EMPTY);
      case Outcome.TaskSetFull full -> answer(command, full, DataSegment.EMPTY);
    }
  }

  private void answerGood(RunningCommand command, Outcome.Good good) {
    ScsiTask task = command.task();
    DataBuffer data = task.dataIn();
    int length = (int) Math.min(task.dataInLength(), command.expectedRead());
    if (data == null || length == 0) {
      answer(command, good, DataSegment.EMPTY);
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

  private void answer(RunningCommand command, Outcome outcome, DataSegment sense) {
    long given = outcome instanceof Outcome.Good ? command.task().dataInLength() : 0;
    respond(
        command,
        ScsiResponse.COMPLETED_AT_TARGET,
        outcome.status(),
        command.residual(given),
        command.bidirectionalReadResidual(given),
        sense);
  }

  /** The engine never sees the command: what came is not what was announced. */
  private void refuseData(RunningCommand command, DataFault fault) {
    LOG.info("{}: Data-Out of a command: {}", context.nexus(), fault);
    budget.withdraw(command);
    command.transfer().discard();
    answer(command, Outcome.check(fault.sense()), ScsiResponse.withSense(fault.sense().encode()));
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
            command.transfer().r2tCount(),
            bidirectional,
            residual,
            sense));
    release(command);
  }

  /** The tag is free for another command. */
  private void retire(RunningCommand command) {
    command.stage(Stage.ANSWERED);
    byTag.remove(command.tag(), command);
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
    if (command.reserved() > 0) {
      budget.release(command.reserved());
    }
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
    for (RunningCommand command : List.copyOf(byTag.values())) {
      if (command.stage() == Stage.COLLECTING && command.task().aborted()) {
        drop(command);
      }
    }
  }

  /** Drops every command that waits for data: the session ends. */
  void dropCollecting() {
    budget.close();
    for (RunningCommand command : List.copyOf(byTag.values())) {
      if (command.stage() == Stage.COLLECTING) {
        drop(command);
      }
    }
  }

  private void drop(RunningCommand command) {
    retire(command);
    giveBackSlot(command);
    budget.withdraw(command);
    command.transfer().discard();
    release(command);
  }
}
