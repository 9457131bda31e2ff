package org.holdfast.vms.bench.load;

import java.net.InetSocketAddress;

/**
 * A disk on the network.
 *
 * @param target iSCSI name; empty for the bare echo, which speaks no iSCSI
 */
public record Endpoint(InetSocketAddress portal, String target, int lun) {
  /** The bare echo. */
  public static Endpoint echo(InetSocketAddress portal) {
    return new Endpoint(portal, "", 0);
  }

  public boolean isEcho() {
    return target.isEmpty();
  }
}
