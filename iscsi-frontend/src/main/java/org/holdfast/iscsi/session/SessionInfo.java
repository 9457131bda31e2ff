package org.holdfast.iscsi.session;

import java.net.InetSocketAddress;
import java.time.Instant;
import org.holdfast.pr.Nexus;
import org.holdfast.scsi.LunMap;

/**
 * A normal session as it is now, for people.
 *
 * @param tsih 1..65535; names the session as long as it is there
 * @param nexus who speaks to which port
 * @param connectionId CID of its one connection
 * @param remote where the initiator is
 * @param local the portal that it came through
 * @param headerDigest headers have digests
 * @param dataDigest data segments have digests
 * @param since when it logged in
 * @param luns what it sees
 */
public record SessionInfo(
    int tsih,
    Nexus nexus,
    int connectionId,
    InetSocketAddress remote,
    InetSocketAddress local,
    boolean headerDigest,
    boolean dataDigest,
    Instant since,
    LunMap luns,
    Traffic traffic) {
  /**
   * What it has moved since it logged in.
   *
   * @param reads commands that were GOOD and returned data
   * @param writes commands that were GOOD and took data
   * @param readBytes Data-In
   * @param writtenBytes Data-Out
   * @param inFlight commands without a response
   */
  public record Traffic(long reads, long writes, long readBytes, long writtenBytes, int inFlight) {}
}
