package org.holdfast.pr.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A PERSISTENT RESERVE OUT command as its fields stand in CDB and parameter list.
 *
 * @param sender the nexus that sent it
 * @param flags byte 20 of the basic list, byte 17 of REGISTER AND MOVE's
 * @param ports initiator ports named by TransportIDs
 * @param relativePort REGISTER AND MOVE: RELATIVE TARGET PORT IDENTIFIER
 */
record ModelFields(
    String sender,
    int action,
    int scope,
    int type,
    long key,
    long actionKey,
    int flags,
    List<String> ports,
    int relativePort) {
  /** Table 213. */
  static final int REGISTER = 0;

  static final int RESERVE = 1;
  static final int RELEASE = 2;
  static final int CLEAR = 3;
  static final int PREEMPT = 4;
  static final int PREEMPT_AND_ABORT = 5;
  static final int REGISTER_AND_IGNORE = 6;
  static final int REGISTER_AND_MOVE = 7;

  /** Tables 214 and 217. */
  static final int SPEC_I_PT = 0x08;

  static final int ALL_TG_PT = 0x04;
  static final int UNREG = 0x02;
  static final int APTPL = 0x01;

  static ModelFields read(String sender, int action, int scopeAndType, byte[] list) {
    ByteBuffer bytes = ByteBuffer.wrap(list);
    boolean move = action == REGISTER_AND_MOVE;
    int flags = list[move ? 17 : 20];
    List<String> ports = new ArrayList<>();
    if (move) {
      readPorts(list, 24, ports);
    } else if ((flags & SPEC_I_PT) != 0) {
      readPorts(list, 28, ports);
    }
    return new ModelFields(
        sender,
        action,
        scopeAndType >> 4,
        scopeAndType & 0xF,
        bytes.getLong(0),
        bytes.getLong(8),
        flags,
        ports,
        move ? bytes.getShort(18) : 0);
  }

  /**
   * TransportIDs of format 01b, table 506. Port names here end in the only letter that the names of
   * the test's initiators differ in, and 12 hex digits of which few are needed.
   */
  private static void readPorts(byte[] list, int from, List<String> ports) {
    int at = from;
    while (at < list.length) {
      int length = ByteBuffer.wrap(list).getShort(at + 2);
      String text = new String(list, at + 4, length, UTF_8);
      int comma = text.indexOf(",i,0x");
      long isid = Long.parseLong(text.substring(comma + 11, comma + 17), 16);
      ports.add(text.substring(comma - 1, comma) + isid);
      at += 4 + length;
    }
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** 6.15.3.3 and 6.15.3.4: LU_SCOPE, and the six types that are not obsolete or reserved. */
  boolean isTypeRight() {
    return scope == 0 && List.of(1, 3, 5, 6, 7, 8).contains(type);
  }

  String initiatorPort() {
    return sender.substring(0, sender.indexOf('/'));
  }

  String targetPort() {
    return sender.substring(sender.indexOf('/') + 1);
  }
}
