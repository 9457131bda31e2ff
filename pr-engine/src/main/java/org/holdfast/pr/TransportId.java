package org.holdfast.pr;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** TransportID of an iSCSI initiator (SPC-4 clause 7.6.4.6). */
public sealed interface TransportId {
  /** PROTOCOL IDENTIFIER of iSCSI, the low half of byte 0. */
  int ISCSI = 0x5;

  /** Bytes before the name: format and protocol, a reserved byte, ADDITIONAL LENGTH. */
  int HEADER = 4;

  /** Between the iSCSI name and the ISID of FORMAT CODE 01b. */
  String SEPARATOR = ",i,0x";

  /** The iSCSI name, normalised. */
  String name();

  /**
   * FORMAT CODE 00b: an iSCSI node, which stands for its initiator ports that the target knows. A
   * registration belongs to an I_T nexus, and the name alone is none.
   */
  record Node(String name) implements TransportId {
    public Node {
      PortNames.check("an initiator", name);
    }
  }

  /** FORMAT CODE 01b: one initiator port by name and ISID. */
  record Port(InitiatorPort port) implements TransportId {
    @Override
    public String name() {
      return port.name();
    }
  }

  /**
   * Encodes {@code port} with FORMAT CODE 01b.
   *
   * @return the port name {@code <iSCSI name>,i,0x<ISID>} as null-terminated UTF-8 behind a 4-byte
   *     header, padded with zeros to a multiple of 4; no name makes it shorter than the least, 24
   *     bytes
   */
  static byte[] encode(InitiatorPort port) {
    return encode(0x40 | ISCSI, port.portName());
  }

  /** Encodes this TransportID; as {@link #encode(InitiatorPort)}, and at least 24 bytes long. */
  default byte[] encode() {
    return switch (this) {
      case Node node -> encode(ISCSI, node.name());
      case Port port -> encode(port.port());
    };
  }

  private static byte[] encode(int formatAndProtocol, String text) {
    byte[] name = text.getBytes(UTF_8);
    int padded = Math.max((name.length + 1 + 3) & ~3, TransportIdParser.LEAST_ADDITIONAL_LENGTH);
    byte[] id = new byte[HEADER + padded];
    ByteBuffer out = ByteBuffer.wrap(id);
    out.put((byte) formatAndProtocol).put((byte) 0).putShort((short) padded).put(name);
    return id;
  }
}
