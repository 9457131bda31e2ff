package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.holdfast.control.client.ControlClient;
import org.holdfast.control.client.ControlException;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawChap;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.RawPdu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What Wireshark makes of the captures that the control API starts. */
@Timeout(180)
class SessionCaptureTest {
  private static final String TARGET = "iqn.2026-11.org.holdfast:capture";
  private static final String ALICE = "iqn.2026-11.org.example:alice";
  private static final String SECRET = "alicesecret12";
  private static final String DOCUMENT =
      """
      {"storage_objects": [{"plugin": "ramdisk", "name": "one", "size": 1048576}],
       "targets": [{"wwn": "%s", "tpgs": [
        {"tag": 1, "portals": [{"ip_address": "127.0.0.1", "port": 0}],
         "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/one"}],
         "node_acls": [
          {"node_wwn": "%s", "chap_userid": "alice", "chap_password": "%s",
           "mapped_luns": [{"index": 0, "tpg_lun": 0}]}]}]}]}
      """
          .formatted(TARGET, ALICE, SECRET);

  private static final String SOMETHING_WRONG =
      "_ws.malformed || tcp.analysis.flags || tcp.checksum.status != \"Good\""
          + " || ip.checksum.status != \"Good\"";

  @TempDir Path dir;
  private DaemonInside daemon;
  private ControlClient control;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    daemon = DaemonInside.start(dir, DOCUMENT);
    control = daemon.control();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    daemon.close();
  }

  private RawInitiator login(String secret) throws IOException {
    RawInitiator initiator =
        RawLogin.as(daemon.target(TARGET, 0), ALICE)
            .withChap(new RawChap("alice", secret, 7))
            .login();
    open.add(initiator.connection());
    return initiator;
  }

  private JsonNode capture(String what, String which, Path file) throws ControlException {
    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
    return control.post("/v1/captures", wanted.put(what, which).put("file", file.toString()));
  }

  private JsonNode captureSession(Path file) throws ControlException {
    return capture("session", control.get("/v1/sessions").at("/0/id").asString(), file);
  }

  private JsonNode end(JsonNode capture) throws ControlException {
    return control.delete("/v1/captures/" + capture.get("id").asString());
  }

  /** The daemon hears of a connection's end on a thread of its own. */
  private JsonNode awaitReason() throws ControlException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    JsonNode capture = control.get("/v1/captures").get(0);
    while (capture.get("reason").asString().isEmpty() && System.nanoTime() < end) {
      Thread.onSpinWait();
      capture = control.get("/v1/captures").get(0);
    }
    return capture;
  }

  /** What tshark prints of the packets that a filter admits. */
  private List<String> tshark(Path file, String filter, String... fields) throws Exception {
    int port = daemon.daemon().portals().getFirst().address().getPort();
    List<String> command =
        new ArrayList<>(List.of(Tool.TSHARK.require(), "-n", "-r", file.toString()));
    command.addAll(List.of("-d", "tcp.port==" + port + ",iscsi"));
    command.addAll(List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
    command.addAll(List.of("-Y", filter));
    if (fields.length > 0) {
      command.addAll(List.of("-T", "fields", "-E", "separator=;"));
      Arrays.stream(fields).forEach(field -> command.addAll(List.of("-e", field)));
    }
    ProcessRun run = ProcessRun.of(Duration.ofSeconds(60), command);
    assertThat(run.succeeded()).as(run.describe()).isTrue();
    return run.output().lines().filter(line -> !line.startsWith("Running as user")).toList();
  }

  private static byte[] data(int blocks) {
    byte[] data = new byte[512 * blocks];
    Arrays.fill(data, (byte) 'd');
    return data;
  }

  @Test
  void aSessionIsRecordedFromTheMiddleOfAPdu() throws Exception {
    Path file = dir.resolve("session.pcapng");
    RawInitiator alice = login(SECRET);
    alice.execute(Cdbs.testUnitReady(), new byte[0], 0);
    byte[] ping =
        RawPdu.of(RawPdu.NOP_OUT | RawPdu.IMMEDIATE, RawPdu.FINAL, new byte[100])
            .i32(16, 77)
            .i32(20, -1)
            .i32(24, 2)
            .i32(28, alice.connection().expStatSn())
            .toWire();
    alice.connection().sendBytes(Arrays.copyOf(ping, 60));
    JsonNode started = captureSession(file);
    assertThat(started.get("state").asString()).isEqualTo("running");
    assertThat(started.get("initiator").asString()).isEqualTo(ALICE);
    alice.connection().sendBytes(Arrays.copyOfRange(ping, 60, ping.length));
    assertThat(alice.connection().receive().opcode()).isEqualTo(RawPdu.NOP_IN);
    alice.execute(Cdbs.write10(0x123, 200), data(200), 0);
    assertThat(alice.execute(Cdbs.read10(0x140, 160), new byte[0], 512 * 160).data())
        .isEqualTo(data(160));
    assertThat(end(started).get("lost_packets").asLong()).isZero();
    assertThat(control.get("/v1/captures")).isEmpty();
    alice.execute(Cdbs.read10(0x99, 1), new byte[0], 512); // After the end.

    List<String> commands =
        tshark(
            file,
            "iscsi.opcode == 0x01",
            "scsi_sbc.opcode",
            "scsi_sbc.rdwr10.lba",
            "scsi_sbc.rdwr10.xferlen");
    assertThat(commands)
        .anyMatch(line -> line.startsWith("0x2a") && line.endsWith(";" + 0x123 + ";200"))
        .anyMatch(line -> line.startsWith("0x28") && line.endsWith(";" + 0x140 + ";160"))
        .noneMatch(line -> line.contains(";" + 0x99 + ";"));
    assertThat(tshark(file, "iscsi.opcode == 0x20")).as("NOP-In").hasSize(1);
    assertThat(tshark(file, "iscsi.opcode == 0x21 || iscsi.opcode == 0x25")).hasSizeBetween(2, 12);
    assertThat(tshark(file, SOMETHING_WRONG)).isEmpty();
  }

  @Test
  void aLoginIsRecordedWithoutItsSecrets() throws Exception {
    Path file = dir.resolve("login.pcapng");
    JsonNode started = capture("initiator", ALICE, file);
    assertThat(started.get("state").asString()).isEqualTo("waiting");
    assertThat(started.get("session").isNull()).isTrue();
    assertThatThrownBy(() -> login("not her secret")).isInstanceOf(RawLogin.LoginRefused.class);
    RawInitiator alice = login(SECRET);
    alice.execute(Cdbs.testUnitReady(), new byte[0], 0);
    // Data may look like anything, and is no login.
    byte[] text = Arrays.copyOf("CHAP_R=data".getBytes(StandardCharsets.US_ASCII), 512);
    alice.execute(Cdbs.write10(7, 1), text, 0);
    assertThat(control.get("/v1/captures").at("/0/state").asString()).isEqualTo("running");
    end(started);

    List<String> logins = tshark(file, "iscsi.opcode == 0x03", "iscsi.keyvalue");
    assertThat(String.join("\n", logins))
        .contains("InitiatorName=" + ALICE, "CHAP_N=alice", "CHAP_R=" + "*".repeat(66));
    assertThat(tshark(file, "iscsi.login.status == 0x0201")).as("refused").hasSize(1);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains("CHAP_C=", "CHAP_R=data").doesNotContain("CHAP_R=0x", "CHAP_C=0x");
    assertThat(tshark(file, "iscsi.opcode == 0x01", "scsi_sbc.rdwr10.lba")).contains("7");
    assertThat(tshark(file, SOMETHING_WRONG)).isEmpty();
  }

  @Test
  void aCaptureEndsWithItsSession() throws Exception {
    Path file = dir.resolve("end.pcapng");
    RawInitiator alice = login(SECRET);
    captureSession(file);
    alice.close();
    JsonNode ended = awaitReason();
    assertThat(ended.get("reason").asString()).isEqualTo("the session has ended");
    end(ended);
    assertThat(tshark(file, "iscsi.opcode == 0x06")).as("logout").hasSize(1);
  }

  @Test
  void aFullDiskEndsTheCaptureAndNotTheSession() throws Exception {
    Path small = Files.createDirectory(dir.resolve("small"));
    try (Mount _ = Mount.tmpfs(small, "256k")) {
      RawInitiator alice = login(SECRET);
      Path file = small.resolve("full.pcapng");
      JsonNode started = captureSession(file);
      alice.execute(Cdbs.testUnitReady(), new byte[0], 0);
      for (int i = 0; i < 20; i++) {
        assertThat(alice.execute(Cdbs.write10(0, 100), data(100), 0).good()).isTrue();
      }
      JsonNode ended = end(started);
      assertThat(ended.get("reason").asString())
          .isEqualTo(file + " cannot be written: No space left on device");
      assertThat(alice.execute(Cdbs.testUnitReady(), new byte[0], 0).good()).isTrue();
      assertThat(tshark(file, "frame"))
          .as("what fitted can be read")
          .hasSize(ended.get("packets").asInt());
    }
  }
}
