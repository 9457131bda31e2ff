package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.LogicalUnit;

/**
 * One vital product data page: a row of {@link VpdPages}.
 *
 * @param code PAGE CODE, 0..FFh
 * @param body what follows the four bytes of the header
 */
record VpdPage(int code, Body body) {
  /** What a page says. */
  @FunctionalInterface
  interface Body {
    /**
     * A fresh array of at most 65535 bytes.
     *
     * @param port the target port that was asked
     */
    byte[] of(LogicalUnit unit, TargetPort port);
  }

  /** The page with its header (SPC-4 clause 7.8.2), of a unit that is connected. */
  byte[] encode(LogicalUnit unit, TargetPort port) {
    return wrap(0x00, code, body.of(unit, port));
  }

  /**
   * Header and body.
   *
   * @param peripheral PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE
   */
  static byte[] wrap(int peripheral, int code, byte[] body) {
    return ByteBuffer.allocate(4 + body.length)
        .put((byte) peripheral)
        .put((byte) code)
        .putShort((short) body.length)
        .put(body)
        .array();
  }
}
