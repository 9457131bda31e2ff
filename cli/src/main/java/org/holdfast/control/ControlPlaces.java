package org.holdfast.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.holdfast.config.Addresses;
import org.holdfast.config.ControlToken;

/**
 * Where a daemon is controlled.
 *
 * @param socket a Unix socket: who may open it is trusted
 * @param tcp beside it, for who has a token
 */
public record ControlPlaces(Optional<Path> socket, Optional<Tcp> tcp) {
  /** Only a Unix socket. */
  public static ControlPlaces at(Path socket) {
    return new ControlPlaces(Optional.of(socket), Optional.empty());
  }

  /**
   * A TCP port of this machine.
   *
   * @param address a loopback address; port 0 takes a free one
   * @param token whoever asks there has to show it
   */
  public record Tcp(InetSocketAddress address, ControlToken token) {
    /** Refuses other addresses; the message says why. */
    public Tcp {
      if (!address.getAddress().isLoopbackAddress()) {
        throw new IllegalArgumentException(
            Addresses.format(address)
                + " is not a loopback address: token and secrets would cross the network for all to"
                + " read; take 127.0.0.1 or [::1], and come from elsewhere through ssh -L");
      }
    }
  }
}
