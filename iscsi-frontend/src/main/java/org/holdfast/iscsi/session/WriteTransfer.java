package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.iscsi.pdu.DataSegment;
import org.holdfast.iscsi.pdu.InitiatorPdu.DataOut;
import org.holdfast.iscsi.pdu.Pdu;
import org.holdfast.scsi.DataBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The Data-Out of one command: immediate, then unsolicited, then as asked for by R2T (RFC 7143
 * clauses 4.2.5.2, 11.7 and 11.8). Data comes in order, within a PDU sequence and between them
 * (DataPDUInOrder, DataSequenceInOrder).
 *
 * <p>The initiator may have more to give than the command wants: that is swallowed where it comes
 * unasked, and not asked for.
 *
 * <p>Who owns the memory: the transfer, from the grant until {@link #take} hands it to the task.
 * The decoder writes into it, through the segment that {@link #destination} gave it, from the
 * header of a Data-Out PDU to its end. In between the command can only be dropped, by task
 * management or with the session, never be completed: it still lacks that very PDU. So {@link
 * #discard} leaves memory alone that the decoder is writing to, and the release of the segment,
 * which the decoder or the receiver of the PDU owes in any case, frees it.
 *
 * <p>A header moves nothing: it is judged to find out where its data belongs, and judged again when
 * the PDU is whole and its digest was right. Only then does the transfer count the data as there.
 */
final class WriteTransfer {
  private final int wanted;
  private final long unsolicitedLimit;
  private final SessionParameters parameters;

  /** Unsolicited segments that came before there was memory; the first begins at offset 0. */
  private final List<DataSegment> early = new ArrayList<>(0);

  private @Nullable DataBuffer buffer;

  /** The decoder may be writing to the buffer. */
  private boolean landing;

  private boolean discarded;
  private boolean unsolicitedOpen;

  /** Bytes of unsolicited data so far, immediate data included. */
  private long unsolicited;

  private int unsolicitedDataSn;

  /** Where the next R2T begins. */
  private int asked;

  private final Deque<Burst> open = new ArrayDeque<>(1);
  private int r2tSn;

  private @Nullable DataFault fault;
  private boolean faultOver;

  /** One R2T that is not yet satisfied. */
  private static final class Burst {
    final int tag;
    final int offset;
    final int length;
    int received;
    int dataSn;

    Burst(int tag, int offset, int length) {
      this.tag = tag;
      this.offset = offset;
      this.length = length;
    }
  }

  /**
   * What to put into an R2T.
   *
   * @param offset bytes from the beginning of the command's data
   * @param length bytes
   */
  record Ask(int r2tSn, int offset, int length) {}

  /**
   * A transfer that has not begun.
   *
   * @param wanted bytes that the command takes, at most {@code expected}
   * @param expected bytes that the initiator wants to send
   * @param moreUnsolicited Data-Out PDUs follow without being asked for (bit F is 0)
   */
  WriteTransfer(int wanted, long expected, boolean moreUnsolicited, SessionParameters parameters) {
    this.wanted = wanted;
    this.unsolicitedLimit = Math.min(parameters.firstBurst(), expected);
    this.unsolicitedOpen = moreUnsolicited;
    this.parameters = parameters;
  }

  /** Takes over immediate data. */
  void immediate(DataSegment data) {
    if (!data.isEmpty() && !parameters.immediateData()) {
      fault = DataFault.UNEXPECTED_UNSOLICITED;
    } else if (data.length() > unsolicitedLimit) {
      fault = DataFault.INCORRECT_AMOUNT;
    }
    unsolicited = data.length();
    if (fault == null && wanted > 0 && !data.isEmpty() && holdsAll(data)) {
      buffer = new SegmentBuffer(data);
    } else if (fault == null) {
      place(0, data);
    } else {
      data.release();
    }
    faultOver = fault != null && !unsolicitedOpen;
  }

  /** The segment is all data, or has room behind it for the rest. */
  private boolean holdsAll(DataSegment data) {
    return !data.isSkipped() && data.buffer().capacity() - data.offset() >= wanted;
  }

  /**
   * Where the data of a Data-Out PDU is to go: into the command's buffer when there is one and the
   * data fits, into memory of its own while the command waits for a buffer. Data that is wrong, or
   * more than the command wants, is skipped, and so is data for which there is no memory.
   *
   * @param header the PDU without its data
   */
  DataSegment destination(DataOut header, DataOutMemory memory) {
    int length = header.data().length();
    if (fault != null || judge(header) != null || header.bufferOffset() >= wanted) {
      return header.data();
    }
    DataBuffer all = buffer;
    if (all != null && length <= wanted - header.bufferOffset()) {
      landing = true;
      return DataSegment.slice(all, (int) header.bufferOffset(), length, this::landed);
    }
    DataBuffer own = memory.unsolicited(length);
    return own == null ? header.data() : DataSegment.owning(own, length);
  }

  private void landed() {
    landing = false;
    if (discarded) {
      releaseBuffer();
    }
  }

  /** Takes over the data of a Data-Out PDU. */
  void receive(DataOut pdu) {
    if (fault == null) {
      fault = judge(pdu);
      // All the data and no bit F: there is nothing left to wait for.
      faultOver = fault == DataFault.INCORRECT_AMOUNT && fillsBurst(pdu);
    }
    if (fault == null) {
      count(pdu);
      place(pdu.bufferOffset(), pdu.data());
    } else {
      pdu.data().release();
    }
    faultOver |= fault != null && pdu.finalPdu();
  }

  /** What is wrong with a PDU, judged by its header; null when nothing is. Changes nothing. */
  private @Nullable DataFault judge(DataOut pdu) {
    return pdu.targetTransferTag() == Pdu.RESERVED_TAG
        ? judgeUnsolicited(pdu)
        : judgeSolicited(pdu);
  }

  private @Nullable DataFault judgeUnsolicited(DataOut pdu) {
    int length = pdu.data().length();
    if (!unsolicitedOpen) {
      return DataFault.UNEXPECTED_UNSOLICITED;
    }
    if (pdu.dataSn() != unsolicitedDataSn || pdu.bufferOffset() != unsolicited) {
      return DataFault.SEQUENCE;
    }
    if (length > unsolicitedLimit - unsolicited) {
      return DataFault.INCORRECT_AMOUNT;
    }
    return null;
  }

  private @Nullable DataFault judgeSolicited(DataOut pdu) {
    Burst burst = open.peek();
    int length = pdu.data().length();
    if (burst == null
        || pdu.targetTransferTag() != burst.tag
        || pdu.dataSn() != burst.dataSn
        || pdu.bufferOffset() != burst.offset + burst.received) {
      return DataFault.SEQUENCE;
    }
    if (length > burst.length - burst.received) {
      return DataFault.INCORRECT_AMOUNT;
    }
    return pdu.finalPdu() == fillsBurst(pdu) ? null : DataFault.INCORRECT_AMOUNT;
  }

  /** The data is all that its R2T still lacks. */
  private boolean fillsBurst(DataOut pdu) {
    Burst burst = open.peek();
    return pdu.targetTransferTag() != Pdu.RESERVED_TAG
        && burst != null
        && pdu.data().length() == burst.length - burst.received;
  }

  /** The data of a PDU that was judged right is here. */
  private void count(DataOut pdu) {
    int length = pdu.data().length();
    if (pdu.targetTransferTag() == Pdu.RESERVED_TAG) {
      unsolicitedDataSn++;
      unsolicited += length;
      unsolicitedOpen = !pdu.finalPdu();
      return;
    }
    Burst burst = open.element();
    burst.dataSn++;
    burst.received += length;
    if (burst.received == burst.length) {
      open.remove();
    }
  }

  /** The data does not fit: nothing more is asked for, the command fails. */
  boolean faulty() {
    return fault != null;
  }

  /** What was wrong, once the initiator has come to the end of its sequence; null before. */
  @Nullable DataFault concludedFault() {
    return faultOver ? fault : null;
  }

  private void place(long offset, DataSegment data) {
    if (offset >= wanted || data.isEmpty()) {
      data.release();
    } else if (data.isSkipped()) {
      fault = DataFault.NO_MEMORY;
    } else if (landing) {
      // It is where it belongs: there is one PDU at a time, and this one was given its place.
      data.release();
    } else if (buffer == null) {
      early.add(data);
    } else {
      copy((int) offset, data, buffer);
    }
  }

  private void copy(int offset, DataSegment data, DataBuffer to) {
    ByteBuffer source = data.bytes();
    int length = Math.min(source.remaining(), wanted - offset);
    to.view(offset, length).put(source.limit(length));
    data.release();
  }

  /** Whether more memory is needed than what the immediate data came in. */
  boolean needsMemory() {
    return wanted > 0 && buffer == null;
  }

  /** There is memory now: {@link #wanted()} bytes. Takes it over. */
  void granted(DataBuffer memory) {
    buffer = memory;
    int offset = 0;
    for (DataSegment data : early) {
      int length = data.length();
      copy(offset, data, memory);
      offset += length;
    }
    early.clear();
  }

  /** Bytes that the transfer keeps. */
  int wanted() {
    return wanted;
  }

  /** Unsolicited Data-Out is still on its way. */
  boolean unsolicitedOpen() {
    return unsolicitedOpen;
  }

  /** The next R2T to send, tagged {@code tag}; null when none may be sent now. */
  @Nullable Ask ask(int tag) {
    asked = Math.max(asked, (int) Math.min(unsolicited, wanted));
    if (unsolicitedOpen
        || buffer == null
        || asked == wanted
        || open.size() >= parameters.maxOutstandingR2T()) {
      return null;
    }
    Burst burst = new Burst(tag, asked, Math.min(parameters.maxBurst(), wanted - asked));
    open.add(burst);
    asked += burst.length;
    return new Ask(r2tSn++, burst.offset, burst.length);
  }

  /** R2Ts sent: the ExpDataSN of the response. */
  int r2tCount() {
    return r2tSn;
  }

  /** All that was wanted is here and nothing more is on its way. */
  boolean complete() {
    return fault == null
        && !unsolicitedOpen
        && open.isEmpty()
        && Math.max(asked, Math.min(unsolicited, wanted)) == wanted
        && !needsMemory();
  }

  /** Hands the data over; null when there is none. */
  @Nullable DataBuffer take() {
    if (landing) {
      throw new IllegalStateException("a command is complete while its data is coming in");
    }
    DataBuffer data = buffer;
    buffer = null;
    return data;
  }

  /** The command is dropped. */
  void discard() {
    discarded = true;
    early.forEach(DataSegment::release);
    early.clear();
    if (!landing) {
      releaseBuffer();
    }
  }

  private void releaseBuffer() {
    DataBuffer memory = buffer;
    buffer = null;
    if (memory != null) {
      memory.release();
    }
  }
}
