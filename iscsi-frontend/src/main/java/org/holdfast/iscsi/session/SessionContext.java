package org.holdfast.iscsi.session;

import java.util.function.Supplier;
import org.holdfast.iscsi.Outbox;
import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.ScsiTarget;

/**
 * What the parts of a normal session share.
 *
 * @param dataOut the daemon's memory for Data-Out
 * @param traffic what the session moves is counted there
 * @param endSessions ends every session with the session's target, this one when what it has sent
 *     is on its way
 * @param current what was agreed last; a text request may change it
 */
record SessionContext(
    ScsiTarget engine,
    ItNexus nexus,
    Outbox outbox,
    BufferAllocator allocator,
    SessionLimits limits,
    DataOutPools dataOut,
    SessionTraffic traffic,
    Runnable endSessions,
    Supplier<SessionParameters> current) {
  SessionParameters parameters() {
    return current.get();
  }
}
