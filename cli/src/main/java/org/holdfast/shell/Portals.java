package org.holdfast.shell;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigKey;
import tools.jackson.databind.node.ObjectNode;

/** Portals as the tree names them: {@code 192.0.2.7:3260}, {@code [2001:db8::1]:3260}. */
final class Portals {
  private Portals() {}

  static String name(ObjectNode portal) {
    String address = Json.text(portal, ConfigKey.PORTAL_ADDRESS).orElse("");
    return name(address, Json.number(portal, ConfigKey.PORTAL_PORT, Addresses.DEFAULT_PORT));
  }

  /** One spelling for an address however it was written. */
  static String name(String address, long port) {
    Optional<InetAddress> literal = Addresses.literal(address);
    return literal.isPresent()
        ? Addresses.format(new InetSocketAddress(literal.get(), Math.toIntExact(port)))
        : address + ":" + port;
  }
}
