package org.holdfast.vms.initiator;

import java.net.InetSocketAddress;

/**
 * What an initiator needs to know of a target.
 *
 * @param portal address and TCP port
 * @param iqn the target's iSCSI name
 * @param lun the logical unit under test, 0 to 255
 */
public record TargetUnderTest(InetSocketAddress portal, String iqn, int lun) {

  /** As libiscsi's tools and qemu write it. */
  public String url() {
    return "iscsi://" + portalText() + "/" + iqn + "/" + lun;
  }

  /** {@code address:port}. */
  public String portalText() {
    return portal.getAddress().getHostAddress() + ":" + portal.getPort();
  }
}
