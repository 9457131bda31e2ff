package org.holdfast.iscsi.pdu;

/**
 * What login settled about the bytes of one connection.
 *
 * @param maxRecvDataSegmentLength the longest data segment that we declared to accept, 512..2^24-1
 */
public record WireFormat(Digest header, Digest data, int maxRecvDataSegmentLength) {
  /** Before the full feature phase: no digests, 8192 bytes (RFC 7143 clause 6.1 and 13.12). */
  public static final WireFormat LOGIN = new WireFormat(Digest.NONE, Digest.NONE, 8192);

  public WireFormat {
    if (maxRecvDataSegmentLength < 512 || maxRecvDataSegmentLength > 0xFF_FFFF) {
      throw new IllegalArgumentException(
          "MaxRecvDataSegmentLength is " + maxRecvDataSegmentLength + ", expected 512..16777215");
    }
  }
}
