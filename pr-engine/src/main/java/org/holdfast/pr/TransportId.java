package org.holdfast.pr;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** TransportID of an iSCSI initiator port (SPC-4 clause 7.6.4.6). */
public final class TransportId {
  /** FORMAT CODE 01b (initiator port: name and ISID) and PROTOCOL IDENTIFIER 5h (iSCSI). */
  private static final byte ISCSI_INITIATOR_PORT = 0x45;

  private static final int HEADER = 4;

  private TransportId() {}

  /**
   * Encodes {@code port}.
   *
   * @return the port name {@code <iSCSI name>,i,0x<ISID>} as null-terminated UTF-8 behind a 4-byte
   *     header, padded with zeros to a multiple of 4; no name makes it shorter than the least, 24
   *     bytes
   */
  public static byte[] encode(InitiatorPort port) {
    byte[] name = port.portName().getBytes(UTF_8);
    int padded = (name.length + 1 + 3) & ~3;
    byte[] id = new byte[HEADER + padded];
    ByteBuffer out = ByteBuffer.wrap(id);
    out.put(ISCSI_INITIATOR_PORT).put((byte) 0).putShort((short) (id.length - HEADER)).put(name);
    return id;
  }
}
