package org.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.daemon.StartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SocketFileTest {
  @TempDir Path dir;

  @Test
  void itIsForOwnerAndGroup() throws Exception {
    try (Fixture here = new Fixture(dir)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(here.socket)))
          .isEqualTo("rw-rw----");
    }
    assertThat(dir.resolve("control.sock")).doesNotExist();
  }

  @Test
  void whatADeadDaemonLeftIsReplacedAndALivingOneIsNot() throws Exception {
    Path socket = dir.resolve("control.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    try (Fixture here = new Fixture(dir)) {
      assertThat(here.revision()).isEqualTo(1);
      assertThatThrownBy(() -> SocketFile.at(socket))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "control socket %s is in use by another process, probably another holdfast; stop"
                  + " that one, or choose another place with --control (none: no control socket)",
              socket);
      assertThat(here.revision()).as("still there").isEqualTo(1);
    }
  }

  @Test
  void aPlaceThatCannotBeIsNamed() {
    Path deep = dir.resolve("d".repeat(120));
    assertThatThrownBy(() -> SocketFile.at(deep))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("control socket " + deep + ": ")
        .hasMessageEndingWith(
            " bytes too long for the path of a socket; choose a shorter one with --control");
    assertThatThrownBy(() -> SocketFile.at(Path.of("/proc/holdfast/control.sock")))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("control socket /proc/holdfast/control.sock cannot be made")
        .hasMessageEndingWith(
            "; make its directory writable or choose another place with --control");
    assertThatThrownBy(() -> SocketFile.at(Files.writeString(dir.resolve("mine"), "text")))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "control socket %s: there is a file that is no socket; remove it, or choose another"
                + " place with --control",
            dir.resolve("mine"));
    assertThat(dir.resolve("mine")).hasContent("text");
  }

  private String unanswered() {
    ControlClient client = ControlClient.at(dir.resolve("control.sock"));
    ControlException e =
        catchThrowableOfType(ControlException.class, () -> client.get("/v1/version"));
    assertThat(e.status()).isEqualTo(ControlException.NO_ANSWER);
    return String.valueOf(e.getMessage());
  }

  @Test
  void whoAsksNobodyIsToldWhatToDo() throws Exception {
    assertThat(unanswered())
        .isEqualTo(
            "no daemon listens at %s: there is no such socket; start it with 'holdfast serve', or"
                + " name the socket of the one that runs by --control or HOLDFAST_CONTROL",
            dir.resolve("control.sock"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(dir.resolve("control.sock")));
    }
    assertThat(unanswered()).startsWith("no daemon listens at " + dir).contains("any more;");
  }
}
