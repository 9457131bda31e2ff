package org.holdfast.iscsi.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.holdfast.iscsi.login.KeyTable;
import org.holdfast.iscsi.login.Negotiation;
import org.holdfast.iscsi.login.NegotiationException;
import org.holdfast.iscsi.login.Phase;
import org.holdfast.iscsi.login.TextAssembler;
import org.holdfast.iscsi.login.TextChunks;
import org.holdfast.iscsi.login.TextKeys;
import org.holdfast.iscsi.login.TextKeys.Pair;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.TextRequest;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.iscsi.pdu.RejectReason;
import org.holdfast.iscsi.pdu.TargetPdu.TextResponse;

/**
 * Text requests of the full feature phase (RFC 7143 clauses 11.10 and 11.11): SendTargets and the
 * few keys that may change after login. One exchange at a time; a new one replaces an unfinished
 * one.
 */
final class TextExchange {
  private final Responder responder;
  private final SendTargets targets;
  private final Optional<String> ownTarget;
  private final Negotiation negotiation;
  private final TextAssembler request = new TextAssembler();
  private final TextChunks answer = new TextChunks();
  private int taskTag = Pdu.RESERVED_TAG;
  private int transferTag;

  TextExchange(
      Responder responder,
      SendTargets targets,
      Optional<String> ownTarget,
      Negotiation negotiation) {
    this.responder = responder;
    this.targets = targets;
    this.ownTarget = ownTarget;
    this.negotiation = negotiation;
  }

  /** A request that the window has let in; its slot is free again. Its data stays the caller's. */
  void request(TextRequest pdu, int maxSegment) {
    if (pdu.targetTransferTag() == Pdu.RESERVED_TAG) {
      begin(pdu);
    } else if (pdu.targetTransferTag() != transferTag || pdu.initiatorTaskTag() != taskTag) {
      responder.reject(RejectReason.PROTOCOL_ERROR, pdu, "a text request of no exchange");
      return;
    }
    try {
      request.add(pdu.data().toByteArray());
      if (pdu.continues()) {
        respond(pdu, DataSegment.EMPTY, false);
        return;
      }
      if (request.pending() || !answer.more()) {
        answer.start(TextKeys.encode(answers(TextKeys.decode(request.take()))));
      }
    } catch (NegotiationException broken) {
      request.take();
      taskTag = Pdu.RESERVED_TAG;
      responder.reject(RejectReason.PROTOCOL_ERROR, pdu, String.valueOf(broken.getMessage()));
      return;
    }
    DataSegment part = DataSegment.copyOf(answer.next(maxSegment));
    respond(pdu, part, pdu.finalPdu() && !answer.more());
  }

  private void begin(TextRequest pdu) {
    request.take();
    answer.start(new byte[0]);
    negotiation.nextExchange();
    taskTag = pdu.initiatorTaskTag();
    transferTag = transferTag + 1 == Pdu.RESERVED_TAG ? 0 : transferTag + 1;
  }

  private List<Pair> answers(List<Pair> pairs) throws NegotiationException {
    List<Pair> answers = new ArrayList<>();
    List<Pair> others = new ArrayList<>();
    boolean asked = false;
    for (Pair pair : pairs) {
      if (!pair.key().equals(KeyTable.SEND_TARGETS.name())) {
        others.add(pair);
      } else if (asked) {
        throw new NegotiationException("SendTargets twice in one request");
      } else {
        asked = true;
        answers.addAll(targets.answer(pair.value(), ownTarget));
      }
    }
    answers.addAll(negotiation.answer(Phase.FULL_FEATURE, others));
    return answers;
  }

  private void respond(TextRequest pdu, DataSegment part, boolean last) {
    responder.send(
        new TextResponse(
            last,
            answer.more(),
            pdu.lun(),
            pdu.initiatorTaskTag(),
            last ? Pdu.RESERVED_TAG : transferTag,
            responder.status(),
            part));
    if (last) {
      taskTag = Pdu.RESERVED_TAG;
    }
  }
}
