package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.LogicalUnit;

/**
 * A log page made of parameters: a row of {@link LogPages}.
 *
 * @param code PAGE CODE, 1..3Eh
 * @param applies whether the unit has the page
 * @param hasCounters the parameters count up from zero, so PC means something
 * @param content the parameters, ascending by code
 */
record LogPage(int code, Applies applies, boolean hasCounters, Content content) {
  /** Whether a unit has a page. */
  @FunctionalInterface
  interface Applies {
    Applies ALWAYS = _ -> true;

    boolean to(LogicalUnit unit);
  }

  /** What a page says. */
  @FunctionalInterface
  interface Content {
    List<Parameter> of(LogicalUnit unit);
  }

  /**
   * A log parameter (SPC-4 clause 7.3.2).
   *
   * @param code PARAMETER CODE
   * @param control the control byte: how the value is to be read
   * @param value at most 255 bytes; owned by the parameter
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Parameter(int code, int control, byte[] value) {
    /** FORMAT AND LINKING 00b: a counter that stops at its largest value; not kept (TSD). */
    private static final int BOUNDED_COUNTER = 0x20;

    /** FORMAT AND LINKING 11b: a list in binary. */
    private static final int BINARY_LIST = 0x03;

    /** A counter of eight bytes. */
    static Parameter counter(int code, long value) {
      return new Parameter(
          code, BOUNDED_COUNTER, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static Parameter list(int code, byte... value) {
      return new Parameter(code, BINARY_LIST, value);
    }

    int length() {
      return 4 + value.length;
    }

    void putTo(ByteBuffer out) {
      out.putShort((short) code).put((byte) control).put((byte) value.length).put(value);
    }
  }
}
