package org.holdfast.vms.replay;

import java.io.IOException;
import org.holdfast.vms.initiator.TargetUnderTest;

/** A target whose process a script can end and start again. */
public interface RestartableTarget {
  /** How the process ends. */
  enum Ending {
    /** SIGTERM: it drains and exits with 0. */
    ORDERLY,
    /** SIGKILL: it does nothing any more. */
    KILLED
  }

  /** Where it listens now; another port after each start. */
  TargetUnderTest target();

  /** Ends the process and starts it on the same state directory; returns when it is ready. */
  void restart(Ending ending) throws IOException, InterruptedException;
}
