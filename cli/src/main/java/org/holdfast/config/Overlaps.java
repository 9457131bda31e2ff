package org.holdfast.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Portals that cannot be listened on side by side: one that stands for all addresses takes the port
 * from every other. Targets may share a portal; then it is the same address.
 */
final class Overlaps {
  private final Findings findings;
  private final Map<InetSocketAddress, String> places = new HashMap<>();

  Overlaps(Findings findings) {
    this.findings = findings;
  }

  void add(InetSocketAddress portal, String where) {
    if (places.containsKey(portal)) {
      return;
    }
    places.forEach(
        (other, place) -> {
          if (other.getPort() == portal.getPort()
              && (covers(other.getAddress(), portal.getAddress())
                  || covers(portal.getAddress(), other.getAddress()))) {
            findings.error(
                where,
                "portal "
                    + Addresses.format(portal)
                    + " overlaps "
                    + Addresses.format(other)
                    + " at "
                    + place
                    + "; use one of them, or another port");
          }
        });
    places.put(portal, where);
  }

  /** :: takes IPv4 along. */
  private static boolean covers(InetAddress all, InetAddress one) {
    return all.isAnyLocalAddress()
        && (one instanceof Inet4Address || !(all instanceof Inet4Address));
  }
}
