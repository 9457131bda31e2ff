package org.holdfast.pr.model;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Builds the parameter lists of SPC-4 clauses 6.16.3 and 6.16.4. */
final class ParameterList {
  private ParameterList() {}

  /**
   * The bytes of a command.
   *
   * @param ports initiator ports for the TransportIDs, used where the command has some
   */
  static byte[] of(Step.Out out, long key, long actionKey, List<String> ports) {
    boolean move = out.action() == ModelFields.REGISTER_AND_MOVE;
    boolean others = namesOthers(out) && !move;
    ByteArrayOutputStream ids = new ByteArrayOutputStream();
    if (namesOthers(out)) {
      for (String port : ports) {
        ids.writeBytes(transportId(port));
      }
    }
    int length = (others ? 28 : 24) + ids.size();
    ByteBuffer list = ByteBuffer.allocate(length).putLong(0, key).putLong(8, actionKey);
    if (move) {
      list.put(17, (byte) out.flags()).putShort(18, (short) out.relativePort());
      list.putInt(20, ids.size()).put(24, ids.toByteArray());
    } else {
      list.put(20, (byte) out.flags());
      if (others) {
        list.putInt(24, ids.size()).put(28, ids.toByteArray());
      }
    }
    return Arrays.copyOf(list.array(), Math.max(0, length + out.surplus()));
  }

  /** Whether there are TransportIDs in it. */
  static boolean namesOthers(Step.Out out) {
    return switch (out.action()) {
      case ModelFields.REGISTER -> (out.flags() & ModelFields.SPEC_I_PT) != 0;
      case ModelFields.REGISTER_AND_MOVE -> true;
      default -> false;
    };
  }

  /** 7.6.4.6, table 506: {@code b12} is initiator b with the ISID number 12. */
  private static byte[] transportId(String port) {
    String text =
        "iqn.2026-11.org.example:%c,i,0x00023d%06x"
            .formatted(port.charAt(0), Integer.parseInt(port.substring(1)));
    int length = (text.length() + 1 + 3) / 4 * 4;
    return ByteBuffer.allocate(4 + length)
        .put((byte) 0x45)
        .put((byte) 0)
        .putShort((short) length)
        .put(text.getBytes(US_ASCII))
        .array();
  }
}
