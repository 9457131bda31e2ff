package org.holdfast.iscsi.capture;

import java.nio.ByteBuffer;
import org.holdfast.iscsi.pdu.Bhs;
import org.holdfast.iscsi.pdu.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: finds where its PDUs begin, and hides secrets as long as the login
 * lasts. Goes by the lengths alone; what is wrong with the bytes otherwise is the connection's
 * business.
 *
 * <p>Thread: the connection's.
 */
final class PduStream {
  /** Bit C of login requests and responses (RFC 7143 clauses 11.12.2 and 11.13.2). */
  private static final int CONTINUES = 0x40;

  private final byte[] header = new byte[Bhs.LENGTH];
  private final LoginText text = new LoginText();
  private int headerFilled;

  // Bytes that are missing of the PDU behind its header. Together less than 2^25.
  private int aheadOfData;
  private int data;
  private int behindData;

  private WireFormat format = WireFormat.LOGIN;
  private boolean login = true;
  private boolean spoken;

  /** The login is complete: from the next PDU on this is the format, and nothing is hidden. */
  void fullFeaturePhase(WireFormat agreed) {
    format = agreed;
    login = false;
  }

  /** The next bytes belong to a PDU that is of no interest. */
  void skip(int bytes) {
    headerFilled = bytes == 0 ? 0 : Bhs.LENGTH;
    behindData = bytes;
  }

  /** Name of the initiator, once it is known. */
  java.util.Optional<String> initiatorName() {
    return text.initiatorName();
  }

  /** A whole text was there. */
  boolean hasSpoken() {
    return spoken;
  }

  /**
   * Reads the remaining bytes of {@code source}, whose position stays.
   *
   * @param shown a copy of them, in which secrets are made unreadable; null: nobody will see them
   * @return how many bytes lie before the first PDU that begins in them; -1: none does
   */
  int walk(ByteBuffer source, byte @Nullable [] shown) {
    int start = source.position();
    int length = source.remaining();
    int first = -1;
    int at = 0;
    while (at < length) {
      if (headerFilled == 0 && first < 0) {
        first = at;
      }
      int here = start + at;
      int left = length - at;
      int count;
      if (headerFilled < Bhs.LENGTH) {
        count = Math.min(Bhs.LENGTH - headerFilled, left);
        source.get(here, header, headerFilled, count);
        headerFilled += count;
        headerComplete();
      } else if (aheadOfData > 0) {
        count = Math.min(aheadOfData, left);
        aheadOfData -= count;
      } else if (data > 0) {
        count = Math.min(data, left);
        data -= count;
        if (login) {
          read(source, here, shown, at, count);
        }
      } else {
        count = Math.min(behindData, left);
        behindData -= count;
      }
      at += count;
      if (headerFilled == Bhs.LENGTH && aheadOfData + data + behindData == 0) {
        complete();
      }
    }
    return first;
  }

  private void headerComplete() {
    if (headerFilled < Bhs.LENGTH) {
      return;
    }
    Bhs received = new Bhs(ByteBuffer.wrap(header));
    int segment = received.dataSegmentLength();
    aheadOfData = received.totalAhsLength() + format.header().length();
    data = segment;
    behindData = segment == 0 ? 0 : (-segment & 3) + format.data().length();
  }

  private void read(ByteBuffer source, int from, byte @Nullable [] shown, int to, int count) {
    for (int i = 0; i < count; i++) {
      byte instead = text.next(source.get(from + i));
      if (shown != null) {
        shown[to + i] = instead;
      }
    }
  }

  private void complete() {
    headerFilled = 0;
    if (login && (header[1] & CONTINUES) == 0) {
      text.end();
      spoken = true;
    }
  }
}
