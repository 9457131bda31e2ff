package org.holdfast.vms.bench;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of the loopback interface. */
final class Ports {
  private Ports() {}

  /** A port that nobody uses at this moment. */
  static int free() throws IOException {
    return bind(0);
  }

  /** Makes sure that a target can listen there. */
  static int mustBeFree(int port) throws IOException {
    try {
      return bind(port);
    } catch (BindException e) {
      throw new BenchException(
          BenchException.UNAVAILABLE,
          "port %d of 127.0.0.1 cannot be used (%s); name another with --port, or leave it out"
              .formatted(port, e.getMessage()));
    }
  }

  private static int bind(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket.getLocalPort();
    }
  }
}
