package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.config.Addresses;
import org.holdfast.config.ConfigReader;
import org.holdfast.daemon.Daemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that targetcli-fb 2.1.53 saved on Linux 6.1 ({@code resources/lio}, their README says how)
 * are served. Nothing in them is changed but where the disks are and on which ports to listen.
 */
@Timeout(120)
class LioFilesTest {
  private static final String CLUSTER = "iqn.2026-11.org.example:cluster";
  private static final String NODE_1 = "iqn.1991-05.com.microsoft:node1.cluster.example";
  private static final String NODE_2 = "iqn.1991-05.com.microsoft:node2.cluster.example";
  private static final String BACKUP = "iqn.2026-11.org.example:backup";
  private static final String MUTUAL = "?target_user=cluster&target_password=clustersecret1";
  private static final int MIB = 1 << 20;

  @TempDir Path dir;
  private final List<AutoCloseable> open = new ArrayList<>();
  private Daemon daemon;

  @AfterEach
  void end() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  /** Any file under {@code /srv/iscsi} that it names is there, with the right size. */
  private void serve(String name, String... placed) throws Exception {
    String text;
    try (InputStream in =
        LioFilesTest.class.getClassLoader().getResourceAsStream("lio/" + name + ".json")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (int i = 0; i < placed.length; i += 2) {
      text = text.replace("\"" + placed[i] + "\"", "\"" + placed[i + 1] + "\"");
    }
    if (!hasIpv6()) {
      text = text.replace("[::1]", "127.0.0.3");
    }
    text = text.replace("/srv/iscsi", dir.toString()).replaceAll("\"port\": [0-9]+", "\"port\": 0");
    daemon = Daemon.start(ConfigReader.parse(text, name).configuration(), dir.resolve("state"));
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      return socket.isBound();
    } catch (IOException e) {
      System.out.println("LioFilesTest: no ::1 on this machine (" + e + "); 127.0.0.3 instead");
      return false;
    }
  }

  private Path image(String name, int mib) throws IOException {
    Path image = dir.resolve(name + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) mib * MIB);
    }
    return image;
  }

  private String device(String name, int mib) throws Exception {
    LoopDevice device = LoopDevice.attach(image(name, mib));
    open.add(device);
    return device.node().toString();
  }

  private String portal(int tag) {
    return daemon.portals().stream()
        .filter(portal -> portal.tag() == tag)
        .filter(portal -> portal.address().getAddress() instanceof Inet4Address)
        .map(portal -> Addresses.format(portal.address()))
        .findFirst()
        .orElseThrow();
  }

  private static ProcessRun run(String... command) throws Exception {
    return ProcessRun.of(Duration.ofSeconds(20), List.of(command));
  }

  /** What READ CAPACITY says, as the tool prints it. */
  private ProcessRun capacity(String initiator, String user, String path, String options)
      throws Exception {
    return run(
        Tool.ISCSI_READCAPACITY.require(), "-i", initiator, "iscsi://" + user + path + options);
  }

  private static void is(ProcessRun run, long mib) {
    assertThat(run.succeeded()).as(run.describe()).isTrue();
    assertThat(run.output()).contains("Total size:" + mib * MIB);
  }

  private static void refused(ProcessRun run, String why) {
    assertThat(run.exitCode()).as(run.describe()).isNotZero();
    assertThat(run.output()).contains(why);
  }

  @Test
  void eachNodeSeesWhatItsAclMaps() throws Exception {
    image("disk1", 140);
    image("disk2", 140);
    serve("two-nodes");
    String target = portal(1) + "/iqn.2003-01.org.linux-iscsi.storage1.x8664:sn.1234567890/";
    String node1 = "iqn.1993-08.org.debian:01:node1";
    is(capacity(node1, "", target + "0", ""), 140);
    refused(capacity(node1, "", target + "5", ""), "LOGICAL_UNIT_NOT_SUPPORTED");
    is(capacity("iqn.1993-08.org.debian:01:node2", "", target + "5", ""), 140);
    refused(
        capacity("iqn.1993-08.org.debian:01:node3", "", target + "0", ""),
        "Authorization failure(514)");
  }

  @Test
  void severalGroupsWithFilesDevicesAndChap() throws Exception {
    image("quorum", 64);
    image("cached", 64);
    serve("chap-groups", "/dev/vda", device("raw", 48), "/dev/vdb", device("rawro", 16));
    String first = portal(1) + "/" + CLUSTER + "/";
    String second = portal(2) + "/" + CLUSTER + "/";
    is(capacity(NODE_1, "node1%nodeonesecret@", first + "0", MUTUAL), 64);
    is(capacity(NODE_1, "node1%nodeonesecret@", first + "1", MUTUAL), 48);
    refused(
        capacity(NODE_1, "node1%nodeonesecret@", first + "7", MUTUAL),
        "LOGICAL_UNIT_NOT_SUPPORTED");
    is(capacity(NODE_2, "node2%nodetwosecret@", first + "7", ""), 16);
    is(capacity(BACKUP, "backup%backupsecret1@", second + "3", ""), 64);
    is(capacity(BACKUP, "backup%backupsecret1@", second + "4", ""), 16);
    refused(capacity(NODE_2, "node1%nodeonesecret@", first + "0", ""), "Authentication failure");
    refused(capacity(NODE_1, "", first + "0", ""), "Authentication failure");
    refused(
        capacity(NODE_1, "node1%nodeonesecret@", second + "3", ""), "Authorization failure(514)");
    // The third group is disabled.
    assertThat(daemon.portals()).extracting(Daemon.BoundPortal::tag).doesNotContain(3);
  }

  @Test
  void discoveryAsksForTheSecretOfTheFile() throws Exception {
    image("quorum", 64);
    image("cached", 64);
    serve("chap-groups", "/dev/vda", device("raw", 48), "/dev/vdb", device("rawro", 16));
    String ls = Tool.ISCSI_LS.require();
    String found = "?target_user=found&target_password=foundsecret12";
    ProcessRun listed = run(ls, "-i", NODE_1, "iscsi://finder%findersecret1@" + portal(1) + found);
    assertThat(listed.succeeded()).as(listed.describe()).isTrue();
    assertThat(listed.output()).contains("Target:" + CLUSTER);
    refused(run(ls, "-i", NODE_1, "iscsi://" + portal(1)), "Authentication failure");
  }

  /** Anyone on this machine; the target of the loopback fabric is left out. */
  @Test
  void demoModeOnALoopbackAddress() throws Exception {
    image("open", 32);
    image("local", 32);
    serve("demo-and-loopback");
    is(
        capacity(
            "iqn.2026-11.org.example:anyone",
            "",
            portal(1) + "/iqn.2026-11.org.example:open/0",
            ""),
        32);
    assertThat(daemon.portals()).hasSize(1);
  }
}
