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
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.DataBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The Data-Out of one command: immediate, then unsolicited, then as asked for by R2T (RFC 7143
 * clauses 4.2.5.2, 11.7 and 11.8). Data comes in order, within a PDU sequence and between them
 * (DataPDUInOrder, DataSequenceInOrder).
 *
 * <p>The initiator may have more to give than the command wants: that is swallowed where it comes
 * unasked, and not asked for.
 */
final class WriteTransfer {
  private final int wanted;
  private final long unsolicitedLimit;
  private final SessionParameters parameters;

  /** Unsolicited segments that came before there was memory; the first begins at offset 0. */
  private final List<DataSegment> early = new ArrayList<>();

  private @Nullable DataBuffer buffer;
  private boolean unsolicitedOpen;

  /** Bytes of unsolicited data so far, immediate data included. */
  private long unsolicited;

  private int unsolicitedDataSn;

  /** Where the next R2T begins. */
  private int asked;

  private final Deque<Burst> open = new ArrayDeque<>();
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
    if (fault != null) {
      faultOver = !unsolicitedOpen;
      data.release();
      return;
    }
    unsolicited = data.length();
    place(0, data);
  }

  /** Takes over the data of a Data-Out PDU. */
  void receive(DataOut pdu) {
    if (fault == null) {
      fault =
          pdu.targetTransferTag() == Pdu.RESERVED_TAG ? checkUnsolicited(pdu) : checkSolicited(pdu);
    }
    if (fault != null) {
      faultOver |= pdu.finalPdu();
      pdu.data().release();
      return;
    }
    place(pdu.bufferOffset(), pdu.data());
  }

  private @Nullable DataFault checkUnsolicited(DataOut pdu) {
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
    unsolicitedDataSn++;
    unsolicited += length;
    unsolicitedOpen = !pdu.finalPdu();
    return null;
  }

  private @Nullable DataFault checkSolicited(DataOut pdu) {
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
    boolean whole = burst.received + length == burst.length;
    if (pdu.finalPdu() != whole) {
      // All the data and no bit F: there is nothing left to wait for.
      faultOver = whole;
      return DataFault.INCORRECT_AMOUNT;
    }
    burst.dataSn++;
    burst.received += length;
    if (whole) {
      open.remove();
    }
    return null;
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
    return wanted > 0
        && buffer == null
        && !(early.size() == 1 && early.getFirst().length() >= wanted);
  }

  /** There is memory now. */
  void allocate(BufferAllocator allocator) {
    DataBuffer memory = allocator.allocate(wanted);
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
    DataBuffer data = buffer;
    buffer = null;
    if (data == null && !early.isEmpty()) {
      data = new SegmentBuffer(early.removeFirst());
    }
    return data;
  }

  /** The command is dropped. */
  void discard() {
    early.forEach(DataSegment::release);
    early.clear();
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }
}
