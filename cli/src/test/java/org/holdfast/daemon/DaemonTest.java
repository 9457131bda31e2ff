package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.command.StandardCommands;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  private static final String CONFIGURATION =
      """
      {"storage_objects": [
         {"plugin": "fileio", "name": "a", "dev": "DIR/a.img", "size": 1048576, "create": true},
         {"plugin": "fileio", "name": "late", "dev": "DIR/mount/late.img", "size": 4194304},
         {"plugin": "ramdisk", "name": "r", "size": 1048576, "wwn": "12345678-abcd",
          "attributes": {"block_size": 4096}}],
       "targets": [
         {"wwn": "iqn.2026-11.org.example:one", "tpgs": [
           {"tag": 1,
            "portals": [{"ip_address": "127.0.0.1", "port": 0}],
            "luns": [{"index": 0, "storage_object": "/backstores/fileio/a"},
                     {"index": 1, "storage_object": "/backstores/fileio/late"},
                     {"index": 5, "storage_object": "/backstores/ramdisk/r"}],
            "node_acls": [{"node_wwn": "iqn.2026-11.org.example:NODE", "mapped_luns": [
              {"index": 0, "tpg_lun": 5, "write_protect": true},
              {"index": 3, "tpg_lun": 0, "write_protect": false}]}]},
           {"tag": 2, "enable": false, "portals": [{"ip_address": "127.0.0.1", "port": 0}]}]},
         {"wwn": "iqn.2026-11.org.example:two", "tpgs": [
           {"tag": 7,
            "attributes": {"generate_node_acls": 1, "demo_mode_write_protect": 1},
            "portals": [{"ip_address": "127.0.0.1", "port": 0},
                        {"ip_address": "127.0.0.2", "port": 0}],
            "luns": [{"index": 0, "storage_object": "/backstores/fileio/a"}]}]}]}
      """;

  @TempDir Path dir;
  private Path state;

  @BeforeEach
  void places() {
    state = dir.resolve("state");
  }

  private Configuration configuration() throws Exception {
    return ConfigReader.parse(CONFIGURATION.replace("DIR", dir.toString()), "test").configuration();
  }

  @Test
  void everyEnabledPortalGroupIsReachableWhereItSays() throws Exception {
    try (Daemon daemon = Daemon.start(configuration(), state)) {
      assertThat(daemon.portals())
          .extracting(portal -> portal.target() + "," + portal.tag())
          .containsExactly(
              "iqn.2026-11.org.example:one,1",
              "iqn.2026-11.org.example:two,7",
              "iqn.2026-11.org.example:two,7");
      for (Daemon.BoundPortal portal : daemon.portals()) {
        assertThat(portal.address().getPort()).isPositive();
        try (Socket socket =
            new Socket(portal.address().getAddress(), portal.address().getPort())) {
          assertThat(socket.isConnected()).isTrue();
        }
      }
      // Two targets may share one portal.
      assertThat(daemon.portals().get(0).address()).isEqualTo(daemon.portals().get(1).address());
    }
  }

  @Test
  void afterCloseNothingIsHeld() throws Exception {
    Daemon daemon = Daemon.start(configuration(), state);
    int port = daemon.portals().getFirst().address().getPort();
    daemon.close();
    daemon.close();
    daemon.awaitClose();
    new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
    Daemon.start(configuration(), state).close();
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2"))) {
      Configuration busy =
          ConfigReader.parse(
                  CONFIGURATION
                      .replace("DIR", dir.toString())
                      .replace(
                          "\"127.0.0.2\", \"port\": 0",
                          "\"127.0.0.2\", \"port\": " + taken.getLocalPort()),
                  "test")
              .configuration();
      assertThatThrownBy(() -> Daemon.start(busy, state))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("cannot listen on 127.0.0.2:" + taken.getLocalPort());
    }
    Daemon.start(configuration(), state).close();
  }

  @Test
  void aFileThatAnotherDaemonServesIsNotServedTwice() throws Exception {
    Configuration plain = EmbeddedDefault.configuration(dir);
    try (Daemon first = Daemon.start(withFreePort(plain), state)) {
      assertThat(first.portals()).hasSize(1);
      assertThatThrownBy(() -> Daemon.start(withFreePort(plain), dir.resolve("other")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("fileio/demo: ")
          .hasMessageContaining(dir.resolve("demo.img").toString());
    }
  }

  @Test
  void aFileIsNoBlockDevice() throws Exception {
    Path file = Files.write(dir.resolve("a.img"), new byte[1 << 20]);
    Configuration wrong =
        ConfigReader.parse(
                CONFIGURATION
                    .replace(
                        "\"fileio\", \"name\": \"a\", \"dev\": \"DIR/a.img\", \"size\": 1048576,"
                            + " \"create\": true",
                        "\"block\", \"name\": \"a\", \"dev\": \"DIR/a.img\"")
                    .replace("fileio/a\"", "block/a\"")
                    .replace("DIR", dir.toString()),
                "test")
            .configuration();
    assertThatThrownBy(() -> Daemon.start(wrong, state))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "block/a: "
                + file
                + " is a regular file; say \"plugin\": \"fileio\", or name a block device");
  }

  @Test
  void aMissingFileKeepsItsLunAndIsNotReady() throws Exception {
    try (Opened opened = new Opened(configuration())) {
      LogicalUnit late = opened.unit("fileio/late");
      assertThat(late.notReady()).isNotNull();
      assertThat(late.device().profile().size()).isEqualTo(4 << 20);
      assertThat(dir.resolve("mount")).doesNotExist();
      assertThat(opened.unit("fileio/a").notReady()).isNull();
    }
  }

  @Test
  void aFileThatComesLateIsServedWithoutARestart() throws Exception {
    try (Opened opened = new Opened(configuration())) {
      LogicalUnit late = opened.unit("fileio/late");
      assertThat(late.notReady()).isNotNull();
      Path file = dir.resolve("mount/late.img");
      Files.createDirectories(file.getParent());
      Path made = Files.write(dir.resolve("made"), new byte[4 << 20]);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (late.notReady() != null) {
        assertThat(System.nanoTime()).as("it is not opened").isLessThan(until);
        Thread.onSpinWait();
      }
      assertThat(late.device().profile().size()).isEqualTo(4 << 20);
    }
    // The pool has ended; its thread may be in its last lines.
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("device-watch")) {
        assertThat(thread.join(Duration.ofSeconds(30))).as("the watch ends").isTrue();
      }
    }
  }

  @Test
  void aFileOfAnotherSizeIsNotReadyAndUntouched() throws Exception {
    Path late = dir.resolve("mount/late.img");
    Files.createDirectories(late.getParent());
    try (RandomAccessFile file = new RandomAccessFile(late.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
    try (Opened opened = new Opened(configuration())) {
      assertThat(opened.unit("fileio/late").notReady()).isNotNull();
    }
    assertThat(late).hasSize(1 << 20);
  }

  @Test
  void identitiesSurviveARestart() throws Exception {
    String serial;
    try (Opened opened = new Opened(configuration())) {
      serial = opened.unit("fileio/a").identity().serial();
      assertThat(opened.unit("ramdisk/r").identity().naa())
          .isEqualTo("600140512345678abcd0000000000000");
      assertThat(opened.unit("ramdisk/r").identity().serial()).isEqualTo("12345678-abcd");
      assertThat(opened.unit("fileio/late").identity().naa())
          .isNotEqualTo(opened.unit("fileio/a").identity().naa());
    }
    try (Opened opened = new Opened(configuration())) {
      assertThat(opened.unit("fileio/a").identity().serial()).isEqualTo(serial);
      assertThat(opened.unit("fileio/a").identity().vendor()).isEqualTo("HOLDFAST");
    }
  }

  @Test
  void aPortIdentityThatIsNoneIsNamed() throws Exception {
    Files.createDirectories(state);
    Files.writeString(state.resolve("target-ports"), "iqn.2026-11.org.example:one,1 70000\n");
    assertThatThrownBy(() -> Daemon.start(configuration(), state))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "target-ports in the state directory: 70000 is no relative target port of"
                + " iqn.2026-11.org.example:one; expected 1 to 65535");
  }

  @Test
  void whoHasNoAclSeesNothing() throws Exception {
    try (Opened opened = new Opened(configuration())) {
      Configuration.PortalGroup group =
          configuration().targets().getFirst().portalGroups().getFirst();
      AccessList access = AccessList.of(group, opened.units);
      assertThat(access.lunsFor("iqn.2026-11.org.example:stranger")).isEmpty();
      LunMap seen = access.lunsFor("iqn.2026-11.org.example:node").orElseThrow();
      assertThat(seen.units().keySet()).containsExactly(0, 3);
      assertThat(seen.units().get(0).unit()).isSameAs(opened.unit("ramdisk/r"));
      assertThat(seen.units().get(0).readOnly()).isTrue();
      assertThat(seen.units().get(3).unit()).isSameAs(opened.unit("fileio/a"));
      assertThat(seen.units().get(3).readOnly()).isFalse();
    }
  }

  @Test
  void demoAccessIsAsTheAttributesSay() throws Exception {
    try (Opened opened = new Opened(configuration())) {
      Configuration.PortalGroup group =
          configuration().targets().getLast().portalGroups().getFirst();
      LunMap seen =
          AccessList.of(group, opened.units).lunsFor("iqn.2026-11.org.example:x").orElseThrow();
      assertThat(seen.units().get(0).readOnly()).isTrue();
    }
  }

  /** PERSISTENT RESERVE OUT may speak of them before they log in; demo access names nobody. */
  @Test
  void aUnitKnowsTheNamesOfTheAclsThatLeadToIt() throws Exception {
    String node = "iqn.2026-11.org.example:node";
    try (Opened opened = new Opened(configuration())) {
      List<Configuration.Target> targets = configuration().targets();
      AccessList closed = AccessList.of(targets.getFirst().portalGroups().getFirst(), opened.units);
      assertThat(closed.leadingTo(opened.unit("fileio/a")).include(node)).isTrue();
      assertThat(closed.leadingTo(opened.unit("fileio/late")).include(node))
          .as("a LUN that is not mapped for it")
          .isFalse();
      assertThat(closed.leadingTo(opened.unit("fileio/a")).include(node + "x")).isFalse();
      AccessList demo = AccessList.of(targets.getLast().portalGroups().getFirst(), opened.units);
      assertThat(demo.lunsFor(node)).isPresent();
      assertThat(demo.leadingTo(opened.unit("fileio/a")).include(node)).isFalse();
    }
  }

  private static Configuration withFreePort(Configuration configuration) throws Exception {
    return configuration.withPortals(
        List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)));
  }

  /** The logical units of a configuration without a network. */
  private final class Opened implements AutoCloseable {
    private final Resources resources = new Resources();
    private final Map<String, LogicalUnit> units;

    Opened(Configuration configuration) throws Exception {
      StateDirectory held = StateDirectory.open(state);
      resources.add(held::close);
      LogicalUnits all = LogicalUnits.open(StandardCommands.table(), held, resources);
      all.serveAll(configuration.storageObjects());
      units = new HashMap<>();
      all.served().forEach((backstore, disk) -> units.put(backstore, disk.unit()));
    }

    LogicalUnit unit(String backstore) {
      return units.get(backstore);
    }

    @Override
    public void close() {
      resources.close();
    }
  }
}
