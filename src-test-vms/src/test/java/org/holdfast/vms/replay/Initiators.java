package org.holdfast.vms.replay;

import java.io.IOException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.JscsiInitiator;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.holdfast.vms.initiator.TestInitiator;

/** Which of the two independent initiators plays a path. */
public enum Initiators {
  JSCSI {
    @Override
    TestInitiator login(TargetUnderTest target, String name, long isid) throws IOException {
      return JscsiInitiator.login(target, name, isid);
    }
  },
  RAW {
    @Override
    RawInitiator login(TargetUnderTest target, String name, long isid) throws IOException {
      return RawLogin.as(target, name).withIsid(isid).login();
    }
  };

  private static final int MOST_ATTENTIONS = 4;
  private static final int RESET_OCCURRED = 0x29;
  private static final int PARAMETERS_CHANGED = 0x2a;

  abstract TestInitiator login(TargetUnderTest target, String name, long isid) throws IOException;

  /**
   * Logs in and asks TEST UNIT READY until it is GOOD. What a login may find pending are the unit
   * attentions that a cluster's initiator retries on: resets (29h) and reservation changes (2Ah).
   */
  TestInitiator loginReady(TargetUnderTest target, String name, long isid) throws IOException {
    TestInitiator initiator = login(target, name, isid);
    for (int i = 0; i < MOST_ATTENTIONS; i++) {
      ScsiReply reply = initiator.read(Cdbs.testUnitReady(), 0);
      if (reply.good()) {
        return initiator;
      }
      int code = reply.unitAttention() ? reply.additionalSense() >> 8 : 0;
      if (code != RESET_OCCURRED && code != PARAMETERS_CHANGED) {
        throw new IOException("after login TEST UNIT READY says " + reply);
      }
    }
    throw new IOException("unit attentions without end after a login");
  }
}
