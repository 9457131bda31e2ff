package org.holdfast.control.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.holdfast.config.Addresses;
import org.holdfast.config.ControlToken;
import org.holdfast.config.PrivateFiles;
import org.jspecify.annotations.Nullable;

/** Where a daemon is asked. */
public sealed interface ControlAddress {
  /** Begins every address that is no path. */
  String SCHEME = "http://";

  /** A connection that blocks. */
  SocketChannel connect() throws IOException;

  /** What the header Host says. */
  String host();

  /** What the header Authorization says; empty: there is none. */
  Optional<String> authorization();

  /** Why nobody could be asked there, and what to do. */
  String explain(Exception failure);

  /**
   * As users write it: the path of a socket, or {@code http://127.0.0.1:PORT}.
   *
   * @param token the file with the token, which only the second kind needs
   * @throws ControlException saying what is wrong with it
   */
  static ControlAddress of(String text, @Nullable Path token) throws ControlException {
    if (!text.startsWith(SCHEME)) {
      return new Socket(Path.of(text));
    }
    String place = text.substring(SCHEME.length()).replaceFirst("/$", "");
    Optional<InetSocketAddress> address =
        Addresses.portal(place)
            .filter(found -> found.getAddress().isLoopbackAddress() && place.matches(".*:[0-9]+"));
    if (address.isEmpty()) {
      throw ControlException.noAnswer(
          "'"
              + text
              + "' is not http://ADDRESS:PORT with a loopback address, such as"
              + " http://127.0.0.1:3261; a daemon elsewhere is reached through ssh -L");
    }
    if (token == null) {
      throw ControlException.noAnswer(
          text + " needs a token: name its file by --control-token or HOLDFAST_CONTROL_TOKEN");
    }
    try {
      return new Tcp(address.get(), ControlToken.read(token, PrivateFiles.ofThisProcess()));
    } catch (IOException e) {
      throw ControlException.noAnswer(String.valueOf(e.getMessage()));
    }
  }

  /** A port of this machine, where a token is asked for. */
  record Tcp(InetSocketAddress address, ControlToken token) implements ControlAddress {
    @Override
    public SocketChannel connect() throws IOException {
      return SocketChannel.open(address);
    }

    @Override
    public String host() {
      return Addresses.format(address);
    }

    @Override
    public Optional<String> authorization() {
      return Optional.of(token.header());
    }

    @Override
    public String explain(Exception failure) {
      return "asking the daemon at "
          + this
          + ": "
          + failure.getMessage()
          + "; it listens there when it was started with 'holdfast serve --control-tcp "
          + host()
          + "'";
    }

    @Override
    public String toString() {
      return SCHEME + host();
    }
  }

  /** A Unix socket. */
  record Socket(Path path) implements ControlAddress {
    @Override
    public SocketChannel connect() throws IOException {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      boolean connected = false;
      try {
        channel.connect(UnixDomainSocketAddress.of(path));
        connected = true;
        return channel;
      } finally {
        if (!connected) {
          channel.close();
        }
      }
    }

    @Override
    public String host() {
      return "localhost";
    }

    @Override
    public Optional<String> authorization() {
      return Optional.empty();
    }

    /** Java's own message for a socket that is not there does not name it. */
    @Override
    public String explain(Exception failure) {
      String advice =
          "; start it with 'holdfast serve', or name the socket of the one that runs by --control"
              + " or HOLDFAST_CONTROL";
      if (failure instanceof IllegalArgumentException) {
        return path + " cannot be the path of a socket: " + failure.getMessage();
      }
      if (!Files.exists(path)) {
        @Nullable Path directory = path.toAbsolutePath().getParent();
        return directory != null && Files.exists(directory) && !Files.isExecutable(directory)
            ? "no permission to look into " + directory + "; ask as root or as who runs the daemon"
            : "no daemon listens at " + path + ": there is no such socket" + advice;
      }
      if (!Files.isWritable(path)) {
        return "no permission to use "
            + path
            + "; ask as root, as who runs the daemon, or as a member of the socket's group";
      }
      return String.valueOf(failure.getMessage()).startsWith("Connection refused")
          ? "no daemon listens at " + path + " any more" + advice
          : "asking the daemon at " + path + ": " + failure.getMessage();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
