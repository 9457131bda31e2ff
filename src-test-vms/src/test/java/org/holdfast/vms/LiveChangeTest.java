package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.daemon.Daemon;
import org.holdfast.daemon.StartException;
import org.holdfast.daemon.Unmade;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.RawLogin.LoginRefused;
import org.holdfast.vms.initiator.ScsiReply;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon whose configuration changes under the eyes of its initiators. */
@Timeout(120)
class LiveChangeTest {
  private static final String TARGET = "iqn.2026-11.org.holdfast:live";
  private static final String NODE_A = "iqn.2026-11.org.example:a";
  private static final String NODE_B = "iqn.2026-11.org.example:b";
  private static final int MIB = 1 << 20;

  @TempDir Path dir;
  private Daemon daemon;
  private final List<AutoCloseable> open = new ArrayList<>();
  private long nextIsid = 0x80_0000_000001L;

  // The configuration, in pieces.
  private final List<String> disks = new ArrayList<>();
  private final List<String> luns = new ArrayList<>();
  private final List<String> acls = new ArrayList<>();
  private final List<String> portals = new ArrayList<>(List.of(portal("127.0.0.1", 0)));

  @BeforeEach
  void start() throws Exception {
    disk("one", MIB);
    disk("two", MIB);
    luns.add(lun(0, "one"));
    acls.add(acl(NODE_A, 0));
    daemon = Daemon.start(configuration(), dir.resolve("state"));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    daemon.close();
  }

  private void disk(String name, long size) {
    disks.add(
        "{\"plugin\": \"fileio\", \"name\": \"%s\", \"dev\": \"%s\", \"size\": %d, \"create\": true}"
            .formatted(name, dir.resolve(name + ".img"), size));
  }

  private static String lun(int index, String disk) {
    return "{\"index\": %d, \"storage_object\": \"/backstores/fileio/%s\"}".formatted(index, disk);
  }

  private static String acl(String node, int... luns) {
    List<String> mapped =
        Arrays.stream(luns)
            .mapToObj(lun -> "{\"index\": %d, \"tpg_lun\": %d}".formatted(lun, lun))
            .toList();
    return "{\"node_wwn\": \"%s\", \"mapped_luns\": [%s]}"
        .formatted(node, String.join(",", mapped));
  }

  private static String portal(String address, int port) {
    return "{\"ip_address\": \"%s\", \"port\": %d}".formatted(address, port);
  }

  private Configuration configuration() throws Exception {
    String text =
        """
        {"storage_objects": [%s],
         "targets": [{"wwn": "%s", "tpgs": [
           {"tag": 1, "luns": [%s], "node_acls": [%s], "portals": [%s]}]}]}
        """
            .formatted(
                String.join(",", disks),
                TARGET,
                String.join(",", luns),
                String.join(",", acls),
                String.join(",", portals));
    return ConfigReader.parse(text, "test").configuration();
  }

  private void apply() throws Exception {
    daemon.apply(configuration(), Unmade.REFUSED, () -> {});
  }

  private RawInitiator login(String node, int lun) throws IOException {
    return login(daemon.portals().getFirst().address(), node, lun);
  }

  private RawInitiator login(InetSocketAddress portal, String node, int lun) throws IOException {
    RawInitiator initiator =
        RawLogin.as(new TargetUnderTest(portal, TARGET, lun), node).withIsid(nextIsid++).login();
    // Without a logout: some of them have no session any more by then.
    open.add(initiator.connection());
    // After the login there is nothing to tell but that there was one.
    assertThat(initiator.execute(Cdbs.testUnitReady(), new byte[0], 0)).hasToString("UA 29/00");
    return initiator;
  }

  private static ScsiReply test(RawInitiator initiator) throws IOException {
    return initiator.execute(Cdbs.testUnitReady(), new byte[0], 0);
  }

  @Test
  void aNewDiskIsSeenBehindAUnitAttention() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    luns.add(lun(1, "two"));
    acls.set(0, acl(NODE_A, 0, 1));
    apply();
    assertThat(test(a)).hasToString("UA 3F/0E");
    assertThat(test(a)).hasToString("GOOD");
    assertThat(login(NODE_A, 1)).isNotNull();
  }

  @Test
  void whoHasAnAclComesInAndWhoLosesItGoes() throws Exception {
    assertThatThrownBy(() -> login(NODE_B, 0)).isInstanceOf(LoginRefused.class);
    acls.add(acl(NODE_B, 0));
    apply();
    RawInitiator a = login(NODE_A, 0);
    RawInitiator b = login(NODE_B, 0);
    assertThat(test(b)).hasToString("GOOD");
    acls.remove(1);
    apply();
    assertThatThrownBy(() -> test(b)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> login(NODE_B, 0)).isInstanceOf(LoginRefused.class);
    assertThat(test(a)).as("nothing happened to the other").hasToString("GOOD");
  }

  /** What is closed is free for others, such as another daemon. */
  @Test
  void aDiskThatIsTakenAwayIsNoLongerThereAndIsClosed() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    acls.set(0, acl(NODE_A));
    luns.clear();
    disks.removeFirst();
    apply();
    assertThat(test(a)).hasToString("CHECK 05/25/00");
    try (Daemon other = Daemon.start(onlyDiskOne(), dir.resolve("other"))) {
      assertThat(other.portals()).hasSize(1);
    }
  }

  private Configuration onlyDiskOne() throws Exception {
    List<String> before = List.copyOf(disks);
    disks.clear();
    disk("one", MIB);
    Configuration configuration = configuration();
    disks.clear();
    disks.addAll(before);
    return configuration;
  }

  @Test
  void aDiskGrowsBehindAUnitAttention() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    disks.clear();
    disk("one", 3 * MIB);
    disk("two", MIB);
    apply();
    assertThat(test(a)).hasToString("UA 2A/09");
    byte[] capacity = a.execute(Cdbs.readCapacity10(), new byte[0], 8).data();
    assertThat(ByteBuffer.wrap(capacity).getInt()).isEqualTo(3 * MIB / 512 - 1);
    assertThat(Files.size(dir.resolve("one.img"))).isEqualTo(3 * MIB);
  }

  @Test
  void aDiskIsNeverCutOff() throws Exception {
    disks.clear();
    disk("one", MIB / 2);
    disk("two", MIB);
    assertThatThrownBy(this::apply)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("fileio/one")
        .hasMessageContaining("would cut data off");
    assertThat(Files.size(dir.resolve("one.img"))).isEqualTo(MIB);
  }

  @Test
  void portalsComeAndGo() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    portals.add(portal("127.0.0.2", 0));
    apply();
    InetSocketAddress second = daemon.portals().get(1).address();
    RawInitiator there = login(second, NODE_A, 0);
    assertThat(test(there)).hasToString("GOOD");
    portals.remove(1);
    apply();
    assertThat(daemon.portals()).hasSize(1);
    assertThatThrownBy(() -> login(second, NODE_A, 0)).isInstanceOf(ConnectException.class);
    assertThat(test(a)).as("through the other portal").hasToString("GOOD");
  }

  /** Each obstacle comes after something that had been begun already. */
  @Test
  void whenSomethingStandsAgainstItEverythingIsAsItWas() throws Exception {
    RawInitiator a = login(NODE_A, 0);
    Configuration before = daemon.configuration();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.3"))) {
      disks.clear();
      disk("one", 2 * MIB);
      disk("two", MIB);
      disk("three", MIB);
      luns.add(lun(1, "three"));
      acls.set(0, acl(NODE_B, 0));
      portals.add(portal("127.0.0.2", 0));
      portals.add(portal("127.0.0.3", taken.getLocalPort()));
      assertThatThrownBy(this::apply)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("127.0.0.3");
    }
    portals.removeLast();
    assertThatThrownBy(
            () ->
                daemon.apply(
                    configuration(),
                    Unmade.REFUSED,
                    () -> {
                      throw new StartException("the disk with the configuration is full");
                    }))
        .hasMessage("the disk with the configuration is full");
    assertThat(daemon.configuration()).isEqualTo(before);
    assertThat(daemon.portals()).hasSize(1);
    assertThat(Files.size(dir.resolve("one.img"))).isEqualTo(MIB);
    assertThat(test(a)).hasToString("GOOD");
    assertThatThrownBy(() -> login(NODE_B, 0)).isInstanceOf(LoginRefused.class);
    // And nothing is left behind that a second try would trip over.
    apply();
    assertThat(login(NODE_B, 0)).isNotNull();
  }

  @Test
  void whatADiskIsCannotChangeWhileItIsUsed() throws Exception {
    disks.set(0, disks.getFirst().replace("\"create\": true", "\"write_back\": true"));
    assertThatThrownBy(this::apply)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("fileio/one: only its size can be changed while LUN 0 of " + TARGET);
    disks.set(0, disks.getFirst().replace(", \"write_back\": true", ""));
    disks.set(1, disks.get(1).replace("\"create\": true", "\"write_back\": true"));
    apply();
  }

  /** The I/O of one disk goes on as if nothing happened while another comes and goes. */
  @Test
  void ioOnOneDiskIsNotDisturbedByChangesToAnother() throws Exception {
    acls.add(acl(NODE_B));
    apply();
    RawInitiator a = login(NODE_A, 0);
    AtomicBoolean stop = new AtomicBoolean();
    List<String> trouble = new ArrayList<>();
    Thread load =
        Thread.ofPlatform()
            .start(
                () -> {
                  byte[] data = new byte[4096];
                  while (!stop.get()) {
                    try {
                      ScsiReply reply = a.execute(Cdbs.write10(0, 8), data, 0);
                      if (!reply.good()) {
                        trouble.add(reply.toString());
                      }
                    } catch (IOException e) {
                      trouble.add(e.toString());
                      return;
                    }
                  }
                });
    try {
      for (int round = 0; round < 20; round++) {
        luns.add(lun(1, "two"));
        acls.set(1, acl(NODE_B, 1));
        apply();
        RawInitiator b = login(NODE_B, 1);
        assertThat(test(b)).hasToString("GOOD");
        b.close();
        acls.set(1, acl(NODE_B));
        luns.remove(1);
        apply();
      }
    } finally {
      stop.set(true);
      load.join();
    }
    assertThat(trouble).isEmpty();
  }
}
