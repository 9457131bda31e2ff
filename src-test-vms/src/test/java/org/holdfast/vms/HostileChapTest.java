package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawChap;
import org.holdfast.vms.initiator.RawConnection;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * 3,000 connections that do not know the secret, break off, stay silent or lie, where CHAP is
 * required: none comes in, who knows the secret is served all the while, and memory does not grow.
 *
 * <p>One in four comes from the same address, which has failed too often soon and has to wait. The
 * others come from two thousand addresses of the loopback network: they get further, and fill the
 * table of those who failed.
 */
class HostileChapTest {
  private static final int CONNECTIONS = 3000;
  private static final int ADDRESSES = 2000;
  private static final int WARM = 1000;
  private static final int MIB = 1 << 20;

  /** Heap and buffers of the daemon are bounded by 64 MiB each: a leak would end it. */
  private static final String HEAP = "64m";

  private static final long MOST_GROWTH = 16L * MIB;
  private static final String ALICE = "iqn.2026-11.org.example:alice";
  private static final RawChap SECRET = new RawChap("alice", "alicesecret12", 8);
  private static final RawChap RIGHT = new RawChap("alice", "alicesecret12", 5);
  private static final RawChap GUESS = new RawChap("alice", "wrongsecret12", 5);
  private static final String CONFIGURATION =
      """
      {"storage_objects": [{"plugin": "ramdisk", "name": "d", "size": 1048576}],
       "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-11.org.holdfast:chap", "tpgs": [
         {"tag": 1, "enable": true, "attributes": {"authentication": 1, "generate_node_acls": 0},
          "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/d"}],
          "node_acls": [{"node_wwn": "iqn.2026-11.org.example:alice", "chap_userid": "alice",
            "chap_password": "alicesecret12", "mapped_luns": [{"index": 0, "tpg_lun": 0}]}],
          "portals": [{"ip_address": "127.0.0.1", "port": 3260}]}]}]}
      """;

  @RegisterExtension
  static final DaemonExtension DAEMON =
      new DaemonExtension(
          () ->
              DaemonSettings.embeddedDefault()
                  .withConfiguration(CONFIGURATION)
                  .startingFast()
                  .withHeap(HEAP));

  private final Random random = new Random(1);
  private final List<RawConnection> silent = new ArrayList<>();
  private Map<String, String> earlier = Map.of();
  private int stillWaiting;

  private static RawLogin alice() {
    return RawLogin.as(DAEMON.target(), ALICE);
  }

  private static void serveAlice() throws IOException {
    try (RawInitiator alice = alice().withChap(SECRET).login()) {
      alice.read(Cdbs.testUnitReady(), 0); // POWER ON
      assertThat(alice.read(Cdbs.read10(0, 1), 512)).hasToString("GOOD");
    }
  }

  @Test
  void nobodyWithoutTheSecretComesInOrHarmsOthers() throws Exception {
    long warm = 0;
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        hostile(i);
        if (i % 100 == 99) {
          serveAlice();
        }
        if (i == WARM) {
          warm = DAEMON.daemon().residentBytes();
        }
      }
      long last = DAEMON.daemon().residentBytes();
      System.out.printf(
          "HostileChapTest: resident MiB %d after %d connections, %d after %d; %d had to wait%n",
          warm / MIB, WARM, last / MIB, CONNECTIONS, stillWaiting);
      assertThat(stillWaiting).as("had to wait").isPositive();
      assertThat(last - warm).as("growth of memory, bytes").isLessThan(MOST_GROWTH);
    } finally {
      for (RawConnection connection : silent) {
        connection.close();
      }
    }
    serveAlice();
    assertThat(DAEMON.daemon().log())
        .doesNotContain("LEAK", " ERROR ", "OutOfMemory", "alicesecret12");
  }

  private void hostile(int number) throws IOException {
    int address = random.nextInt(4) == 0 ? 0 : random.nextInt(ADDRESSES);
    RawConnection connection =
        RawConnection.from(
            InetAddress.getByAddress(new byte[] {127, 1, (byte) (address >> 8), (byte) address}),
            DAEMON.target().portal());
    try {
      if (number % 10 == 0) {
        silent.add(connection);
      }
      act(number % 10, connection);
    } catch (RawLogin.LoginRefused tooSoon) {
      // 0301h: this address has failed often enough, and has to wait.
      assertThat(tooSoon.statusClass()).as(tooSoon.toString()).isEqualTo(3);
      stillWaiting++;
    } finally {
      if (!silent.contains(connection)) {
        connection.close();
      }
    }
  }

  private void act(int kind, RawConnection connection) throws IOException {
    switch (kind) {
      // Left open where the exchange is, for as long as the target likes.
      case 0 -> challenged(connection);
      case 1 -> {}
      case 2 -> {
        byte[] noise = new byte[4096];
        random.nextBytes(noise);
        connection.sendBytes(noise);
      }
      case 3 -> alice().securityStep(connection, alice().names("CHAP"));
      case 4 -> refused(connection, GUESS.response(challenged(connection)));
      case 5 -> replay(connection);
      case 6 -> {
        Map<String, String> endless = GUESS.response(challenged(connection));
        endless.put("CHAP_R", "0x" + "5a".repeat(3000));
        refused(connection, endless);
      }
      case 7 -> {
        challenged(connection);
        refused(connection, Map.of("CHAP_R", "0x00", "CHAP_I", "1", "CHAP_C", "0x00"));
      }
      case 8 -> refused(connection, alice().names("None"));
      default -> {
        RawLogin stranger = RawLogin.as(DAEMON.target(), ALICE + connection.hashCode());
        refused(connection, stranger.names("CHAP"));
      }
    }
  }

  private static Map<String, String> challenged(RawConnection connection) throws IOException {
    alice().securityStep(connection, alice().names("CHAP"));
    return alice().securityStep(connection, Map.of("CHAP_A", "5,6,7,8"));
  }

  /** The right answer, but to the challenge of an earlier connection. */
  private void replay(RawConnection connection) throws IOException {
    Map<String, String> right = RIGHT.response(challenged(connection));
    Map<String, String> before = earlier;
    earlier = right;
    if (!before.isEmpty()) {
      refused(connection, before);
    }
  }

  private static void refused(RawConnection connection, Map<String, String> keys)
      throws IOException {
    try {
      Map<String, String> answer = alice().securityStep(connection, keys);
      throw new AssertionError("let in with " + keys.keySet() + ": " + answer);
    } catch (RawLogin.LoginRefused refused) {
      if (refused.statusClass() == 3) {
        throw refused;
      }
      assertThat(refused.statusClass()).isEqualTo(2);
    }
    connection.awaitClosed();
  }
}
