package org.holdfast.vms.bench;

import java.util.List;
import java.util.stream.Stream;

/** The targets that can be compared, in the order in which they run. */
final class Peers {
  private static final List<Peer> WHOLE_RUN =
      List.of(new HoldfastPeer(), TgtPeer.wide(), new IstgtPeer(), new JscsiPeer(), new EchoPeer());

  /** Those of the whole run, and behind them those that have to be asked for. */
  static final List<Peer> ALL =
      Stream.concat(WHOLE_RUN.stream(), Stream.of(TgtPeer.untouched())).toList();

  static final List<String> COMPARED = names(WHOLE_RUN);
  static final List<String> NAMES = names(ALL);

  private Peers() {}

  private static List<String> names(List<Peer> peers) {
    return peers.stream().map(Peer::name).toList();
  }
}
