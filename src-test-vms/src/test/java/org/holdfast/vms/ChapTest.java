package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawChap;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CHAP as libiscsi's tools, QEMU's initiator and our own do it, with a file in the layout of LIO's.
 *
 * <p>libiscsi 1.19.0 offers MD5 and nothing else, whatever the option {@code auth} of its URLs says
 * (seen with tshark, and in its source). The other algorithms are shown by the raw initiator here;
 * by hand they were with libiscsi's development version of 2026, which offers 5, 6, 7 or 8 as it is
 * told: each came in, and each was refused where the portal group did not allow it.
 */
class ChapTest {
  private static final String TARGET = "iqn.2026-11.org.holdfast:chap";
  private static final String STRICT = "iqn.2026-11.org.holdfast:strict";
  private static final String ALICE = "iqn.2026-11.org.example:alice";
  private static final String NO_SECRET = "iqn.2026-11.org.example:nosecret";
  private static final String CONFIGURATION =
      """
      {
        "fabric_modules": [
          {"name": "iscsi", "discovery_enable_auth": true, "discovery_userid": "disco",
           "discovery_password": "discosecret1"}
        ],
        "storage_objects": [{"plugin": "ramdisk", "name": "d", "size": 16777216}],
        "targets": [
          {
            "fabric": "iscsi",
            "wwn": "TARGET",
            "tpgs": [
              {
                "tag": 1,
                "enable": true,
                "attributes": {"authentication": 1, "generate_node_acls": 0},
                "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/d"}],
                "node_acls": [
                  {"node_wwn": "ALICE", "chap_userid": "alice", "chap_password": "alicesecret12",
                   "chap_mutual_userid": "bob", "chap_mutual_password": "bobsecret1234",
                   "mapped_luns": [{"index": 0, "tpg_lun": 0}]},
                  {"node_wwn": "NO_SECRET", "mapped_luns": [{"index": 0, "tpg_lun": 0}]}
                ],
                "portals": [{"ip_address": "127.0.0.1", "port": 0}]
              }
            ]
          },
          {
            "fabric": "iscsi",
            "wwn": "STRICT",
            "tpgs": [
              {
                "tag": 1,
                "enable": true,
                "attributes": {"authentication": 1, "generate_node_acls": 0},
                "chap_algorithms": "SHA3-256,SHA-256",
                "luns": [{"index": 0, "storage_object": "/backstores/ramdisk/d"}],
                "node_acls": [
                  {"node_wwn": "ALICE", "chap_userid": "alice", "chap_password": "alicesecret12",
                   "mapped_luns": [{"index": 0, "tpg_lun": 0}]}
                ],
                "portals": [{"ip_address": "127.0.0.1", "port": 0}]
              }
            ]
          }
        ]
      }
      """;

  private static DaemonUnderTest daemon;

  @BeforeAll
  static void start() throws Exception {
    daemon =
        DaemonUnderTest.start(
            DaemonSettings.embeddedDefault()
                .withConfiguration(
                    CONFIGURATION
                        .replace("TARGET", TARGET)
                        .replace("STRICT", STRICT)
                        .replace("ALICE", ALICE)
                        .replace("NO_SECRET", NO_SECRET))
                .startingFast());
  }

  @AfterAll
  static void end() throws Exception {
    daemon.close();
    assertThat(daemon.log()).doesNotContain("alicesecret12", "bobsecret1234", "discosecret1");
  }

  private static ProcessRun inquiry(String initiator, String user, String options)
      throws Exception {
    return inquiry(initiator, user, TARGET, options);
  }

  private static ProcessRun inquiry(String initiator, String user, String target, String options)
      throws Exception {
    String url = "iscsi://" + user + daemon.target().portalText() + "/" + target + "/0" + options;
    return run(Tool.ISCSI_INQ.require(), "-i", initiator, url);
  }

  private static ProcessRun run(String... command) throws Exception {
    return ProcessRun.of(Duration.ofSeconds(20), List.of(command));
  }

  private static void in(ProcessRun run) {
    assertThat(run.succeeded()).as(run.describe()).isTrue();
  }

  private static void out(ProcessRun run) {
    assertThat(run.exitCode()).as(run.describe()).isNotZero();
    assertThat(run.output()).contains("Authentication failure(513)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?target_user=bob&target_password=bobsecret1234"})
  void theRightSecretComesIn(String options) throws Exception {
    in(inquiry(ALICE, "alice%alicesecret12@", options));
  }

  private static void read(String iqn, int algorithm) throws IOException {
    TargetUnderTest target = new TargetUnderTest(daemon.target().portal(), iqn, 0);
    RawChap chap = new RawChap("alice", "alicesecret12", algorithm);
    try (RawInitiator alice = RawLogin.as(target, ALICE).withChap(chap).login()) {
      alice.read(Cdbs.testUnitReady(), 0); // POWER ON
      assertThat(alice.read(Cdbs.read10(0, 1), 512)).hasToString("GOOD");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8})
  void everyAlgorithmComesIn(int algorithm) throws Exception {
    read(TARGET, algorithm);
  }

  @Test
  void algorithmsThatAreNotAllowedStayOutAndTheLogSaysWhatWasOffered() throws Exception {
    read(STRICT, 7);
    read(STRICT, 8);
    assertThatThrownBy(() -> read(STRICT, 6))
        .isInstanceOfSatisfying(
            RawLogin.LoginRefused.class, refused -> assertThat(refused.detail()).isEqualTo(1));
    out(inquiry(ALICE, "alice%alicesecret12@", STRICT, ""));
    assertThat(daemon.log())
        .contains("CHAP algorithms '6' are offered, allowed are [SHA3-256, SHA-256]")
        .contains("CHAP algorithms '5' are offered, allowed are [SHA3-256, SHA-256]");
  }

  @ParameterizedTest
  @CsvSource({
    ALICE + ",alice%wrongsecret12@",
    ALICE + ",mallory%alicesecret12@",
    ALICE + ",''",
    NO_SECRET + ",''",
    NO_SECRET + ",alice%alicesecret12@"
  })
  void nobodyElseDoes(String initiator, String user) throws Exception {
    out(inquiry(initiator, user, ""));
  }

  @Test
  void theInitiatorFindsOutAboutAFalseTarget() throws Exception {
    ProcessRun run =
        inquiry(ALICE, "alice%alicesecret12@", "?target_user=bob&target_password=wrongsecret12");
    assertThat(run.output()).contains("Invalid CHAP_R response from the target");
  }

  @Test
  void discoveryNeedsItsOwnSecret() throws Exception {
    String ls = Tool.ISCSI_LS.require();
    String portal = daemon.target().portalText();
    ProcessRun listed = run(ls, "-i", ALICE, "iscsi://disco%discosecret1@" + portal);
    in(listed);
    assertThat(listed.output()).contains("Target:" + TARGET);
    assertThat(run(ls, "-i", ALICE, "iscsi://" + portal).output())
        .contains("Authentication failure(513)")
        .doesNotContain("Target:");
  }

  @Test
  void qemuComesIn() throws Exception {
    ProcessRun run =
        run(
            Tool.QEMU_IMG.require(),
            "info",
            "--image-opts",
            "driver=iscsi,transport=tcp,lun=0,user=alice,password=alicesecret12,portal="
                + daemon.target().portalText()
                + ",target="
                + TARGET
                + ",initiator-name="
                + ALICE);
    in(run);
    assertThat(run.output()).contains("16777216 bytes");
  }
}
