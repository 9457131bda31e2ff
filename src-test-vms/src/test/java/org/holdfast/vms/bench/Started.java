package org.holdfast.vms.bench;

import java.io.IOException;
import org.holdfast.vms.bench.load.Endpoint;

/** A target's process, and what has to be done until an initiator can log in. */
record Started(TargetProcess process, Preparation preparation) {
  /** Where a target's disk is, as soon as it is known. */
  @FunctionalInterface
  interface Preparation {
    /** Fails while the target is not far enough; it is then tried again. */
    Endpoint endpoint() throws IOException;
  }
}
