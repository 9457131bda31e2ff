package org.holdfast.vms.bench;

import java.util.List;

/** The targets that are compared, in the order in which they run. */
final class Peers {
  static final List<Peer> ALL =
      List.of(new HoldfastPeer(), new TgtPeer(), new IstgtPeer(), new JscsiPeer(), new EchoPeer());
  static final List<String> NAMES = ALL.stream().map(Peer::name).toList();

  private Peers() {}
}
