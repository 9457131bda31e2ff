package org.holdfast.iscsi.pdu;

/**
 * One protocol data unit (RFC 7143 clause 11). Immutable but for its data, which has an owner.
 *
 * <p>Serial numbers and tags are ints whose bits are those on the wire: compare serial numbers with
 * {@link SerialNumber}, tags with {@code ==}. Quantities (lengths, offsets, counts) are unsigned 32
 * bits in a long. A LUN is the eight bytes of its field, most significant first.
 */
public sealed interface Pdu permits InitiatorPdu, TargetPdu {
  /** The tag that stands for none: 0xFFFFFFFF. */
  int RESERVED_TAG = 0xFFFF_FFFF;

  Opcode opcode();

  /** {@link #RESERVED_TAG} when the PDU belongs to no task. */
  int initiatorTaskTag();

  /** {@link DataSegment#EMPTY} when there is none. */
  default DataSegment data() {
    return DataSegment.EMPTY;
  }
}
