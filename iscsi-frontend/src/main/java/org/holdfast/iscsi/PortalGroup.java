package org.holdfast.iscsi;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.ScsiTarget;

/**
 * One target portal group as the frontend serves it (RFC 7143 clause 3.1).
 *
 * @param targetName iSCSI name of the target, normalised
 * @param tag target portal group tag, 0..65535
 * @param portals addresses that it is reached by; port 0 stands for any free port
 * @param engine the SCSI target port behind it
 * @param access who may log in and what they see
 * @param parameters login keys set by the configuration ({@code MaxBurstLength} → {@code 262144});
 *     checked against the key table when the server starts
 */
public record PortalGroup(
    String targetName,
    int tag,
    List<InetSocketAddress> portals,
    ScsiTarget engine,
    Access access,
    Map<String, String> parameters) {
  public PortalGroup {
    portals = List.copyOf(portals);
    parameters = Map.copyOf(parameters);
  }

  /** Closed by default: an initiator without an entry does not log in. */
  @FunctionalInterface
  public interface Access {
    /** What {@code initiatorName} may see; empty when it has no ACL here: its login is refused. */
    Optional<LunMap> lunsFor(String initiatorName);

    /**
     * How {@code initiatorName}, for whom {@link #lunsFor} has something, must show who it is;
     * empty when its name is enough.
     */
    default Optional<Chap> chapFor(String initiatorName) {
      return Optional.empty();
    }
  }
}
