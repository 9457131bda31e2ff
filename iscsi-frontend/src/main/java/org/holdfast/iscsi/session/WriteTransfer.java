package org.holdfast.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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

  /** Takes over immediate data; answers what is wrong with it. */
  Optional<String> immediate(DataSegment data) {
    if (data.length() > unsolicitedLimit) {
      data.release();
      return Optional.of("immediate data beyond FirstBurstLength or the expected length");
    }
    if (!data.isEmpty() && !parameters.immediateData()) {
      data.release();
      return Optional.of("immediate data with ImmediateData=No");
    }
    unsolicited = data.length();
    place(0, data);
    return Optional.empty();
  }

  /** Takes over the data of a Data-Out PDU; answers what is wrong with it. */
  Optional<String> receive(DataOut pdu) {
    String wrong =
        pdu.targetTransferTag() == Pdu.RESERVED_TAG ? checkUnsolicited(pdu) : checkSolicited(pdu);
    if (wrong != null) {
      pdu.data().release();
      return Optional.of(wrong);
    }
    place(pdu.bufferOffset(), pdu.data());
    return Optional.empty();
  }

  private @Nullable String checkUnsolicited(DataOut pdu) {
    int length = pdu.data().length();
    if (!unsolicitedOpen) {
      return "unsolicited Data-Out that was not announced";
    }
    if (pdu.dataSn() != unsolicitedDataSn) {
      return "DataSN " + pdu.dataSn() + ", expected " + unsolicitedDataSn;
    }
    if (pdu.bufferOffset() != unsolicited) {
      return "Data-Out at offset " + pdu.bufferOffset() + ", expected " + unsolicited;
    }
    if (length > unsolicitedLimit - unsolicited) {
      return "unsolicited data beyond FirstBurstLength or the expected length";
    }
    unsolicitedDataSn++;
    unsolicited += length;
    unsolicitedOpen = !pdu.finalPdu();
    return null;
  }

  private @Nullable String checkSolicited(DataOut pdu) {
    Burst burst = open.peek();
    int length = pdu.data().length();
    if (burst == null || pdu.targetTransferTag() != burst.tag) {
      return "Data-Out for an R2T that is not the oldest open one";
    }
    if (pdu.dataSn() != burst.dataSn) {
      return "DataSN " + pdu.dataSn() + ", expected " + burst.dataSn;
    }
    if (pdu.bufferOffset() != burst.offset + burst.received) {
      return "Data-Out at offset "
          + pdu.bufferOffset()
          + ", expected "
          + (burst.offset + burst.received);
    }
    if (length > burst.length - burst.received) {
      return "more data than the R2T asked for";
    }
    boolean whole = burst.received + length == burst.length;
    if (pdu.finalPdu() != whole) {
      return whole
          ? "the last Data-Out of an R2T without bit F"
          : "less data than the R2T asked for";
    }
    burst.dataSn++;
    burst.received += length;
    if (whole) {
      open.remove();
    }
    return null;
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
    return !unsolicitedOpen
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
