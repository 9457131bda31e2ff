package org.holdfast.cli;

import org.holdfast.config.Addresses;
import org.holdfast.daemon.Daemon;

/** What to type to connect to the disk. */
final class ConnectHints {
  private ConnectHints() {}

  static String text(Daemon.BoundPortal portal) {
    String address = Addresses.format(portal.address());
    String host = portal.address().getAddress().getHostAddress();
    int port = portal.address().getPort();
    String target = portal.target();
    String url = "iscsi://" + address + "/" + target + "/0";
    return """
    Serving %1$s, LUN 0, at %2$s.

    Linux, as a disk (open-iscsi, as root):
      iscsiadm -m discovery -t sendtargets -p %2$s
      iscsiadm -m node -T %1$s -p %2$s --login

    Linux, without a disk (libiscsi-bin, qemu-utils with qemu-block-extra):
      iscsi-ls -s iscsi://%2$s
      iscsi-inq %3$s
      qemu-img info %3$s

    Windows (PowerShell as Administrator):
      New-IscsiTargetPortal -TargetPortalAddress %4$s -TargetPortalPortNumber %5$d
      Connect-IscsiTarget -NodeAddress %1$s -TargetPortalAddress %4$s -TargetPortalPortNumber %5$d

    Stop with Ctrl-C.
    """
        .formatted(target, address, url, host, port);
  }
}
