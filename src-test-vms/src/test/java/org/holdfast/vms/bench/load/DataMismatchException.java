package org.holdfast.vms.bench.load;

import java.io.IOException;

/** Data read back is not what was written. */
public final class DataMismatchException extends IOException {
  private static final long serialVersionUID = 1L;

  DataMismatchException(long offset) {
    super("data read back differs from what was written, first at byte " + offset);
  }
}
