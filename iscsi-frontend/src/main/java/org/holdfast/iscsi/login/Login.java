package org.holdfast.iscsi.login;

import java.util.Optional;
import org.holdfast.iscsi.PortalGroup;
import org.holdfast.iscsi.pdu.Digest;
import org.holdfast.iscsi.pdu.WireFormat;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.scsi.LunMap;

/**
 * A login that succeeded.
 *
 * @param initiator who: normalised name and ISID
 * @param target where to; empty for a discovery session
 * @param parameters what was agreed
 * @param maxReceiveSegment the longest data segment that we declared to accept, bytes
 * @param negotiation to go on with in the text requests of the full feature phase
 */
public record Login(
    InitiatorPort initiator,
    Optional<Admission> target,
    SessionParameters parameters,
    int maxReceiveSegment,
    Negotiation negotiation) {
  /**
   * The portal group that the initiator was let into.
   *
   * @param luns what it sees there
   */
  public record Admission(PortalGroup group, LunMap luns) {
    /** Whether {@code initiatorName} has to show the same here as there. */
    public boolean asksTheSameOf(String initiatorName, Admission there) {
      return group
          .access()
          .chapFor(initiatorName)
          .equals(there.group.access().chapFor(initiatorName));
    }
  }

  /** How PDUs are to look from the first one after the login on. */
  public WireFormat wireFormat() {
    return new WireFormat(
        parameters.headerDigest() ? Digest.CRC32C : Digest.NONE,
        parameters.dataDigest() ? Digest.CRC32C : Digest.NONE,
        maxReceiveSegment);
  }
}
