package org.holdfast.iscsi.pdu;

/** What guards a header or a data segment (RFC 7143 clause 13.1). */
public enum Digest {
  NONE(0),
  CRC32C(4);

  private final int length;

  Digest(int length) {
    this.length = length;
  }

  /** Bytes on the wire. */
  public int length() {
    return length;
  }
}
