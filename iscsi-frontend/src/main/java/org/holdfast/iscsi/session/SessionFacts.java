package org.holdfast.iscsi.session;

import java.time.Instant;
import org.holdfast.iscsi.ConnectionLogic;
import org.holdfast.iscsi.login.Login;
import org.holdfast.iscsi.login.SessionParameters;
import org.holdfast.scsi.ItNexus;

/** What does not change while a session lasts, and where the rest is. */
record SessionFacts(
    int tsih,
    int connectionId,
    ItNexus nexus,
    ConnectionLogic.Context context,
    Login login,
    Instant since,
    SessionTraffic traffic) {
  /** Any thread. */
  SessionInfo now() {
    SessionParameters agreed = login.parameters();
    return new SessionInfo(
        tsih,
        nexus.identity(),
        connectionId,
        context.remote(),
        context.local(),
        agreed.headerDigest(),
        agreed.dataDigest(),
        since,
        nexus.luns(),
        traffic.now());
  }
}
