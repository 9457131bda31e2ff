package org.holdfast.iscsi.pdu;

/**
 * The peer broke the protocol in a way that the decoder sees.
 *
 * @param reason what a Reject would say
 * @param detail what was wrong, with the numbers
 * @param header the offending PDU
 * @param framing whether the next PDU can be found
 */
public record ProtocolViolation(RejectReason reason, String detail, Bhs header, Framing framing) {
  /** What is left of the byte stream. */
  public enum Framing {
    /** The PDU was skipped; a Reject may be sent and the connection go on. */
    INTACT,
    /** Its lengths cannot be trusted; everything that follows is ignored: close the connection. */
    LOST
  }
}
