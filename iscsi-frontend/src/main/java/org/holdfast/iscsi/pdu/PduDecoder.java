package org.holdfast.iscsi.pdu;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to PDUs, in pieces of any size. Lengths are checked before anything is allocated for them:
 * an additional header of up to {@link #MAX_AHS} bytes, a data segment of up to what the {@link
 * WireFormat} declares. With a header digest, nothing of a header but its lengths is looked at
 * before the digest was right.
 *
 * <p>A PDU that cannot be accepted is skipped in full before its violation is reported, so that
 * reports come in the order of the stream. Once the framing is lost every byte is ignored.
 *
 * <p>Thread: the connection's. The receiver may change the format, or close the decoder, while it
 * is being called.
 */
public final class PduDecoder {
  /**
   * Bytes of additional headers accepted: the longest CDB there is has 260 bytes (SPC-4 clause
   * 4.2.3), 16 of them in the basic header, which makes 248; the bidirectional read length takes 8.
   */
  public static final int MAX_AHS = 256;

  private static final int DIGEST_LENGTH = 4;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Gets what comes out. */
  public interface Receiver {
    /** Takes over the PDU's data. */
    void onPdu(Pdu pdu);

    void onViolation(ProtocolViolation violation);
  }

  private enum State {
    BASIC_HEADER,
    ADDITIONAL_HEADERS,
    HEADER_DIGEST,
    DATA,
    PADDING,
    DATA_DIGEST,
    LOST
  }

  private final Opcode.Side peer;
  private final DataSink sink;
  private final Receiver receiver;
  private final ByteBuffer header = ByteBuffer.allocate(Bhs.LENGTH + MAX_AHS).limit(Bhs.LENGTH);
  private final ByteBuffer digest = ByteBuffer.allocate(DIGEST_LENGTH);
  private final Crc crc = new Crc();

  private WireFormat nextFormat = WireFormat.LOGIN;

  /** Of the PDU that is coming in, even when the next format is set in the middle of it. */
  private WireFormat format = WireFormat.LOGIN;

  private State state = State.BASIC_HEADER;

  // The PDU that is coming in.
  private @Nullable Bhs bhs;
  private @Nullable ProtocolViolation refusal;
  private DataSegment segment = DataSegment.EMPTY;
  private @Nullable ByteBuffer destination;
  private int dataMissing;
  private int paddingMissing;

  /**
   * @param peer whose PDUs are expected; those of the other side are refused
   */
  public PduDecoder(Opcode.Side peer, DataSink sink, Receiver receiver) {
    this.peer = peer;
    this.sink = sink;
    this.receiver = receiver;
  }

  /** Rules from the next PDU on. */
  public void wireFormat(WireFormat next) {
    nextFormat = next;
  }

  /** Takes all remaining bytes of {@code in}, a big-endian buffer that is not kept. */
  public void feed(ByteBuffer in) {
    while (state != State.LOST && step(in)) {}
    in.position(in.limit());
  }

  /**
   * What has come in of a PDU that is not complete.
   *
   * @param header what is there of a basic header; empty when nothing or all of it is
   * @param missing bytes until the PDU is complete; 0 while its basic header is not
   */
  public record Unfinished(ByteBuffer header, int missing) {}

  /** Where in the stream this is, for somebody who begins to follow it. */
  public Unfinished unfinished() {
    return switch (state) {
      case BASIC_HEADER -> new Unfinished(header.duplicate().flip(), 0);
      case ADDITIONAL_HEADERS ->
          unfinished(header.remaining() + format.header().length() + lengthOfData());
      case HEADER_DIGEST -> unfinished(digest.remaining() + lengthOfData());
      case DATA -> unfinished(dataMissing + paddingMissing + format.data().length());
      case PADDING -> unfinished(paddingMissing + format.data().length());
      case DATA_DIGEST -> unfinished(digest.remaining());
      case LOST -> unfinished(0);
    };
  }

  private static Unfinished unfinished(int missing) {
    return new Unfinished(NOTHING.duplicate(), missing);
  }

  /** Data, padding and digest of the PDU that is coming in. */
  private int lengthOfData() {
    int length = current().dataSegmentLength();
    return length == 0 ? 0 : length + (-length & 3) + format.data().length();
  }

  /** No more bytes will come: gives back the memory of a PDU that is not complete. */
  public void close() {
    state = State.LOST;
    dropSegment();
  }

  /** Advances by one state; false when it needs more bytes. */
  private boolean step(ByteBuffer in) {
    return switch (state) {
      case BASIC_HEADER -> fill(header, in) && basicHeader();
      case ADDITIONAL_HEADERS -> fill(header, in) && headerBytesComplete();
      case HEADER_DIGEST -> fill(digest, in) && headerDigest();
      case DATA -> data(in);
      case PADDING -> padding(in);
      case DATA_DIGEST -> fill(digest, in) && dataDigest();
      case LOST -> false;
    };
  }

  private boolean basicHeader() {
    Bhs received = new Bhs(header.flip());
    bhs = received;
    format = nextFormat;
    int ahs = received.totalAhsLength();
    if (ahs > MAX_AHS) {
      return lose("TotalAHSLength is " + ahs + " bytes; at most " + MAX_AHS + " are accepted");
    }
    header.limit(Bhs.LENGTH + ahs);
    state = State.ADDITIONAL_HEADERS;
    return ahs > 0 || headerBytesComplete();
  }

  private boolean headerBytesComplete() {
    if (format.header() == Digest.CRC32C) {
      digest.clear();
      state = State.HEADER_DIGEST;
      return true;
    }
    return headerComplete();
  }

  private boolean headerDigest() {
    crc.reset();
    crc.add(header, 0, header.position());
    if (crc.value() != Crc.get(digest)) {
      // Clause 7.7: the lengths may be what was damaged, so the next PDU cannot be found.
      return lose("header digest is " + hex(Crc.get(digest)) + ", expected " + hex(crc.value()));
    }
    return headerComplete();
  }

  private boolean headerComplete() {
    Bhs received = current();
    int length = received.dataSegmentLength();
    if (length > format.maxRecvDataSegmentLength()) {
      return lose(
          "DataSegmentLength is "
              + length
              + " bytes; MaxRecvDataSegmentLength is "
              + format.maxRecvDataSegmentLength());
    }
    refusal = inspect(received);
    if (length == 0) {
      return complete();
    }
    if (refusal == null) {
      segment = sink.destination(received, length);
      if (segment.length() != length) {
        throw new IllegalStateException(
            "the data sink gave " + segment.length() + " bytes instead of " + length);
      }
      destination = segment.isSkipped() ? null : segment.bytes();
    }
    dataMissing = length;
    paddingMissing = -length & 3;
    crc.reset();
    state = State.DATA;
    return true;
  }

  /** What speaks against the header itself. */
  private @Nullable ProtocolViolation inspect(Bhs received) {
    Opcode opcode = received.opcode();
    if (opcode == null || opcode.sender() != peer) {
      return violation(
          RejectReason.COMMAND_NOT_SUPPORTED,
          String.format("opcode 0x%02x is not one that we accept", received.u8(0) & 0x3F));
    }
    if (received.totalAhsLength() > 0 && opcode.payload() != Opcode.Payload.AHS_AND_DATA) {
      return violation(
          RejectReason.INVALID_PDU_FIELD, opcode + " has no additional headers, one came");
    }
    if (received.dataSegmentLength() > 0 && opcode.payload() == Opcode.Payload.NONE) {
      return violation(
          RejectReason.INVALID_PDU_FIELD,
          opcode + " has no data, " + received.dataSegmentLength() + " bytes came");
    }
    return null;
  }

  private boolean data(ByteBuffer in) {
    int count = Math.min(dataMissing, in.remaining());
    ByteBuffer to = destination;
    if (format.data() == Digest.CRC32C) {
      crc.add(in, in.position(), count);
    }
    if (to != null) {
      to.put(to.position(), in, in.position(), count).position(to.position() + count);
    }
    in.position(in.position() + count);
    return dataArrived(count);
  }

  private boolean dataArrived(int count) {
    dataMissing -= count;
    if (dataMissing > 0) {
      return false;
    }
    state = State.PADDING;
    return true;
  }

  /**
   * Where the next bytes of the stream belong, when those are at least {@code worthwhile} bytes of
   * data with a place in direct memory: a view of exactly what is missing. A caller that reads into
   * it calls {@link #landed} instead of {@link #feed}, before anything else. Null otherwise.
   */
  public @Nullable ByteBuffer landing(int worthwhile) {
    ByteBuffer to = destination;
    return state == State.DATA && to != null && to.isDirect() && dataMissing >= worthwhile
        ? to.slice(to.position(), dataMissing)
        : null;
  }

  /** The first {@code count} bytes of {@link #landing} have been read from the stream. */
  public void landed(int count) {
    ByteBuffer to = destination;
    if (state != State.DATA || to == null || count > dataMissing) {
      throw new IllegalStateException(count + " bytes of data landed in state " + state);
    }
    if (format.data() == Digest.CRC32C) {
      crc.add(to, to.position(), count);
    }
    to.position(to.position() + count);
    if (dataArrived(count)) {
      feed(NOTHING);
    }
  }

  private boolean padding(ByteBuffer in) {
    int count = Math.min(paddingMissing, in.remaining());
    if (format.data() == Digest.CRC32C) {
      crc.add(in, in.position(), count);
    }
    in.position(in.position() + count);
    paddingMissing -= count;
    if (paddingMissing > 0) {
      return false;
    }
    if (format.data() == Digest.NONE) {
      return complete();
    }
    digest.clear();
    state = State.DATA_DIGEST;
    return true;
  }

  private boolean dataDigest() {
    if (crc.value() != Crc.get(digest) && refusal == null) {
      refusal =
          violation(
              RejectReason.DATA_DIGEST_ERROR,
              "data digest is " + hex(Crc.get(digest)) + ", expected " + hex(crc.value()));
    }
    return complete();
  }

  /** All bytes of the PDU are here: the decoder is ready for the next before anybody is called. */
  private boolean complete() {
    Bhs received = current();
    ProtocolViolation refused = refusal;
    Pdu pdu = null;
    if (refused == null) {
      try {
        pdu = decode(received);
      } catch (AdditionalHeaders.Malformed e) {
        refused = violation(RejectReason.INVALID_PDU_FIELD, String.valueOf(e.getMessage()));
      }
    }
    if (pdu == null) {
      dropSegment();
    }
    segment = DataSegment.EMPTY;
    destination = null;
    refusal = null;
    bhs = null;
    header.clear().limit(Bhs.LENGTH);
    state = State.BASIC_HEADER;
    if (pdu != null) {
      receiver.onPdu(pdu);
    } else if (refused != null) {
      receiver.onViolation(refused);
    }
    return true;
  }

  private Pdu decode(Bhs received) throws AdditionalHeaders.Malformed {
    Opcode opcode = received.opcode();
    if (opcode == null) {
      throw new IllegalStateException("a header without opcode passed inspection");
    }
    ByteBuffer ahs =
        header.position() == Bhs.LENGTH ? NOTHING : header.duplicate().flip().position(Bhs.LENGTH);
    return HeaderDecoder.decode(opcode, received, ahs, segment);
  }

  private boolean lose(String detail) {
    ProtocolViolation violation =
        new ProtocolViolation(
            RejectReason.PROTOCOL_ERROR, detail, current(), ProtocolViolation.Framing.LOST);
    close();
    receiver.onViolation(violation);
    return false;
  }

  private ProtocolViolation violation(RejectReason reason, String detail) {
    return new ProtocolViolation(reason, detail, current(), ProtocolViolation.Framing.INTACT);
  }

  private Bhs current() {
    Bhs received = bhs;
    if (received == null) {
      throw new IllegalStateException("no header yet");
    }
    return received;
  }

  private void dropSegment() {
    segment.release();
    segment = DataSegment.EMPTY;
    destination = null;
  }

  /** Moves what fits from {@code in}; true when {@code target} is full. */
  private static boolean fill(ByteBuffer target, ByteBuffer in) {
    int count = Math.min(target.remaining(), in.remaining());
    target.put(target.position(), in, in.position(), count);
    target.position(target.position() + count);
    in.position(in.position() + count);
    return !target.hasRemaining();
  }

  private static String hex(int value) {
    return String.format("0x%08x", value);
  }
}
