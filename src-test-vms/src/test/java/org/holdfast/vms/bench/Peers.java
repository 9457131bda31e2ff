package org.holdfast.vms.bench;

import java.util.List;

/** The targets that can be compared, in the order in which they run. */
final class Peers {
  /** Those of the whole run. */
  static final List<String> COMPARED = List.of("holdfast", "tgt", "istgt", "jscsi", "echo");

  static final List<Peer> ALL =
      List.of(
          new HoldfastPeer(),
          TgtPeer.wide(),
          TgtPeer.untouched(),
          new IstgtPeer(),
          new JscsiPeer(),
          new EchoPeer());

  static final List<String> NAMES = ALL.stream().map(Peer::name).toList();

  private Peers() {}
}
