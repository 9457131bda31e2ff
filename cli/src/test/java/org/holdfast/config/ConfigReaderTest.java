package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.config.Configuration.DemoAccess;
import org.holdfast.config.Configuration.MappedLun;
import org.holdfast.config.Configuration.NodeAcl;
import org.holdfast.config.Configuration.PortalGroup;
import org.holdfast.iscsi.login.Chap;
import org.holdfast.iscsi.login.Secret;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  /**
   * One disk, one target, one portal group, one initiator: each test below spoils one thing in it.
   */
  private static final String SMALL =
      """
      {
        "storage_objects": [
          {"plugin": "fileio", "name": "d1", "dev": "/srv/d1.img", "size": 1048576, "wwn": "aa-1"}
        ],
        "targets": [
          {"fabric": "iscsi", "wwn": "iqn.2026-11.org.example:t1", "tpgs": [
            {"tag": 1, "enable": true,
             "attributes": {"generate_node_acls": 0},
             "parameters": {"MaxBurstLength": "131072"},
             "portals": [{"ip_address": "192.0.2.1", "port": 3260}],
             "luns": [{"index": 0, "storage_object": "/backstores/fileio/d1"}],
             "node_acls": [
               {"node_wwn": "iqn.2026-11.org.example:i1",
                "mapped_luns": [{"index": 0, "tpg_lun": 0, "write_protect": false}]}
             ]}
          ]}
        ]
      }
      """;

  @Test
  void reservationsAreKeptAlwaysWhenTheFileSaysSo() throws Exception {
    for (String asked :
        List.of("\"aptpl\": \"force\"", "\"attributes\": {\"force_pr_aptpl\": 1}")) {
      String text = SMALL.replace("\"wwn\": \"aa-1\"", "\"wwn\": \"aa-1\", " + asked);
      assertThat(ConfigReader.parse(text, "t.json").configuration().storageObjects())
          .extracting(StorageObject::aptpl)
          .containsExactly(AptplPolicy.FORCE);
    }
    assertThat(ConfigReader.parse(SMALL, "t.json").configuration().storageObjects())
        .extracting(StorageObject::aptpl)
        .containsExactly(AptplPolicy.HONOR);
  }

  @Test
  void spaceIsTakenAndGivenBackAsTheFileSays() throws Exception {
    StorageObject plain = disk("\"wwn\": \"aa-1\"");
    assertThat(plain.provisioning()).isEqualTo(StorageObject.Provisioning.THIN_WHERE_POSSIBLE);
    assertThat(plain.creation()).isEqualTo(StorageObject.Creation.NONE);
    assertThat(disk("\"attributes\": {\"emulate_tpu\": 0}").provisioning())
        .isEqualTo(StorageObject.Provisioning.THICK);
    assertThat(disk("\"create\": true").creation()).isEqualTo(StorageObject.Creation.SPARSE);
    assertThat(disk("\"create\": true, \"preallocate\": true").creation())
        .isEqualTo(StorageObject.Creation.PREALLOCATED);
    assertThat(disk("\"preallocate\": true").creation()).isEqualTo(StorageObject.Creation.NONE);
    String alone = SMALL.replace("\"wwn\": \"aa-1\"", "\"preallocate\": true");
    assertThat(ConfigReader.parse(alone, "t.json").warnings())
        .extracting(Finding::toString)
        .contains(
            "storage_objects[0].preallocate: without create it has no effect: no file is made");
  }

  private static StorageObject disk(String keys) throws ConfigException {
    String text = SMALL.replace("\"wwn\": \"aa-1\"", keys);
    return ConfigReader.parse(text, "t.json").configuration().storageObjects().getFirst();
  }

  @Test
  void aDiskMayBeRemovableAndWarnBeforeItIsFull() throws Exception {
    String text =
        SMALL.replace(
            "\"wwn\": \"aa-1\"", "\"wwn\": \"aa-1\", \"removable\": 1, \"soft_threshold\": 80");
    assertThat(ConfigReader.parse(text, "t.json").configuration().storageObjects())
        .extracting(StorageObject::options)
        .containsExactly(new UnitOptions(true, 80));
    assertThat(ConfigReader.parse(SMALL, "t.json").configuration().storageObjects())
        .extracting(StorageObject::options)
        .containsExactly(UnitOptions.FIXED_DISK);
  }

  @Test
  void aTargetOfAnotherFabricIsNamedAndLeftOut() throws Exception {
    String other =
        "\"targets\": [{\"fabric\": \"loopback\", \"wwn\": \"naa.5001405000000001\","
            + " \"tpgs\": [{\"tag\": 1, \"luns\": [{\"index\": 0, \"storage_object\": \"/x\"}]}]},";
    ConfigReader.Loaded loaded =
        ConfigReader.parse(SMALL.replace("\"targets\": [", other), "t.json");
    assertThat(loaded.warnings())
        .extracting(Finding::toString)
        .contains(
            "targets[0]: not served: it belongs to the fabric \"loopback\", and only iscsi is"
                + " served");
    assertThat(loaded.configuration().targets())
        .extracting(Configuration.Target::name)
        .containsExactly("iqn.2026-11.org.example:t1");
  }

  @Test
  void aFileSavedByLioLoadsAsItIs() throws Exception {
    ConfigReader.Loaded loaded = ConfigReader.parse(resource("lio-cluster.json"), "lio");

    assertThat(loaded.warnings()).isEmpty();
    Configuration configuration = loaded.configuration();
    assertThat(configuration.storageObjects())
        .extracting(StorageObject::backstore)
        .containsExactly("fileio/quorum", "fileio/scratch", "block/data", "ramdisk/tmp");
    StorageObject quorum = configuration.storageObjects().get(0);
    assertThat(quorum.access()).isEqualTo(StorageObject.Access.WRITE_THROUGH);
    assertThat(quorum.dev()).contains(Path.of("/srv/luns/quorum.img"));
    assertThat(quorum.size()).isEqualTo(512L << 20);
    assertThat(quorum.serial()).contains("e884ab8f-f4b4-4fdb-a690-1099c072c86d");
    assertThat(configuration.storageObjects().get(1).access())
        .isEqualTo(StorageObject.Access.WRITE_BACK);
    assertThat(configuration.storageObjects().get(2).blockSize()).isEqualTo(4096);
    assertThat(configuration.storageObjects())
        .extracting(StorageObject::provisioning)
        .containsExactly(
            StorageObject.Provisioning.THICK,
            StorageObject.Provisioning.THIN_WHERE_POSSIBLE,
            StorageObject.Provisioning.THICK,
            StorageObject.Provisioning.THICK);

    Configuration.Target target = configuration.targets().getFirst();
    assertThat(target.name()).isEqualTo("iqn.2003-01.org.linux-iscsi.store.x8664:sn.75fcaf1cfc33");
    PortalGroup first = target.portalGroups().get(0);
    assertThat(first.tag()).isEqualTo(1);
    assertThat(first.demo()).isEqualTo(DemoAccess.NONE);
    assertThat(first.portals())
        .containsExactly(
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.10"), 3260),
            new InetSocketAddress(InetAddress.ofLiteral("2001:db8::10"), 3260));
    assertThat(first.luns())
        .isEqualTo(Map.of(0, "fileio/quorum", 1, "block/data", 2, "fileio/scratch"));
    assertThat(first.acls().get(1))
        .isEqualTo(
            new NodeAcl(
                "iqn.1991-05.com.microsoft:node-b",
                Optional.empty(),
                List.of(
                    new MappedLun(0, 0, false),
                    new MappedLun(1, 1, false),
                    new MappedLun(7, 2, true))));
    assertThat(first.parameters())
        .containsEntry("MaxBurstLength", "262144")
        .containsEntry("InitialR2T", "Yes");
    assertThat(target.portalGroups().get(1).enabled()).isFalse();
  }

  @Test
  void whatIsAcceptedWithoutEffectIsNamed() throws Exception {
    assertThat(ConfigReader.parse(resource("lio-cluster.json"), "lio").withoutEffect())
        .contains("emulate_3pc", "max_unmap_lba_count", "alua_tg_pt_gp_name", "login_timeout")
        .doesNotContain("block_size", "write_back", "generate_node_acls");
  }

  @Test
  void chapOfALioFileIsTakenAndItsSecretsAreNotShown() throws Exception {
    ConfigReader.Loaded loaded = ConfigReader.parse(resource("lio-chap.json"), "chap.json");
    Configuration configuration = loaded.configuration();
    assertThat(configuration.discovery().orElseThrow().initiator().user()).isEqualTo("disco");
    PortalGroup group = configuration.targets().getFirst().portalGroups().getFirst();
    Chap chap = group.acls().getFirst().chap().orElseThrow();
    assertThat(chap.initiator()).isEqualTo(new Chap.Credentials("node-a", secret("correct horse")));
    assertThat(chap.target()).contains(new Chap.Credentials("store", secret("battery staple")));
    // The second one has no secret, and authentication is on: it stays out.
    assertThat(group.acls().get(1).chap()).isPresent();
    assertThat(loaded.warnings().toString()).contains("node_acls[1]: CHAP is required");
    assertThat(configuration.toString() + loaded.warnings())
        .doesNotContain("correct horse", "battery staple", "very secret one");
  }

  private static Secret secret(String text) {
    return Secret.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // One key: its type and its range.
        "\"port\": 3260 | \"port\": 99999 | targets[0].tpgs[0].portals[0].port: 99999 is not a"
            + " whole number from 0 to 65535",
        "\"port\": 3260 | \"port\": \"iscsi\" | targets[0].tpgs[0].portals[0].port: \"iscsi\" is"
            + " not a whole number from 0 to 65535",
        "\"port\": 3260 | \"port\": 32.5 | targets[0].tpgs[0].portals[0].port: 32.5 is not a whole"
            + " number from 0 to 65535",
        "\"tag\": 1 | \"tag\": -1 | targets[0].tpgs[0].tag: -1 is not a whole number from 0 to"
            + " 65535",
        "\"enable\": true | \"enable\": \"on\" | targets[0].tpgs[0].enable: \"on\" is not true or"
            + " false (or 1 or 0)",
        "\"index\": 0, \"storage | \"index\": 16384, \"storage | targets[0].tpgs[0].luns[0].index:"
            + " 16384 is not a whole number from 0 to 16383",
        "\"index\": 0, \"tpg | \"index\": 70000, \"tpg |"
            + " targets[0].tpgs[0].node_acls[0].mapped_luns[0].index: 70000 is not a whole number"
            + " from 0 to 16383",
        "\"192.0.2.1\" | \"store.example.org\" | targets[0].tpgs[0].portals[0].ip_address:"
            + " \"store.example.org\" is not an IPv4 or IPv6 address",
        "\"192.0.2.1\" | \"192.0.2.999\" | targets[0].tpgs[0].portals[0].ip_address:"
            + " \"192.0.2.999\" is not an IPv4 or IPv6 address",
        "\"iqn.2026-11.org.example:t1\" | \"my disk\" | targets[0].wwn: \"my disk\" is not an iSCSI"
            + " name such as iqn.2026-11.org.example:disk1",
        "\"iqn.2026-11.org.example:i1\" | \"node1\" | targets[0].tpgs[0].node_acls[0].node_wwn:"
            + " \"node1\" is not an iSCSI name such as iqn.2026-11.org.example:disk1",
        "\"131072\" | \"100\" | targets[0].tpgs[0].parameters.MaxBurstLength: login key"
            + " MaxBurstLength: '100' is not a number from 512 to 16777215",
        "\"/srv/d1.img\" | \"d1.img\" | storage_objects[0].dev: \"d1.img\" is not an absolute path",
        "\"name\": \"d1\" | \"name\": \"d 1\" | storage_objects[0].name: \"d 1\" is not 1 to 200"
            + " printable characters without blanks and slashes",
        "1048576 | -5 | storage_objects[0].size: -5 is not a whole number, at least 0",
        "1048576 | 1048577 | storage_objects[0].size: 1048577 is not a multiple of the block size,"
            + " 512",
        "\"aa-1\" | \"\" | storage_objects[0].wwn: \"\" is not 1 to 64 printable ASCII characters",
        "\"fileio\", | \"pscsi\", | storage_objects[0].plugin: \"pscsi\" is not fileio or block or"
            + " ramdisk",
        "\"wwn\": \"aa-1\" | \"attributes\": {\"block_size\": 520} |"
            + " storage_objects[0].attributes.block_size: 520 is not 512 or 4096",
        // Shapes.
        "\"attributes\": {\"generate_node_acls\": 0} | \"attributes\": [] |"
            + " targets[0].tpgs[0].attributes: [] is not an object",
        "\"portals\": [{\"ip_address\": \"192.0.2.1\", \"port\": 3260}] | \"portals\":"
            + " \"192.0.2.1:3260\" | targets[0].tpgs[0].portals: \"192.0.2.1:3260\" is not a list"
            + " of objects",
        "[{\"ip_address\": \"192.0.2.1\", \"port\": 3260}] | [\"192.0.2.1\"] |"
            + " targets[0].tpgs[0].portals[0]: \"192.0.2.1\" is not an object",
        // Missing.
        "\"name\": \"d1\", | `` | storage_objects[0].name: missing; 1 to 200 printable characters"
            + " without blanks and slashes is required here",
        "\"dev\": \"/srv/d1.img\", | `` | storage_objects[0].dev: missing; an absolute path is"
            + " required here",
        "\"dev\": \"/srv/d1.img\", | \"dev\": null, | storage_objects[0].dev: missing; an absolute"
            + " path is required here",
        "\"ip_address\": \"192.0.2.1\", | `` | targets[0].tpgs[0].portals[0].ip_address: missing;"
            + " an IPv4 or IPv6 address is required here",
        "\"plugin\": \"fileio\", \"name\": \"d1\", \"dev\": \"/srv/d1.img\", \"size\": 1048576 |"
            + " \"plugin\": \"ramdisk\", \"name\": \"d1\" | storage_objects[0].size: missing; a"
            + " ramdisk needs its size in bytes",
        "\"size\": 1048576 | \"create\": true | storage_objects[0].size: missing; create needs the"
            + " size in bytes",
        "\"plugin\": \"fileio\" | \"plugin\": \"block\", \"create\": true |"
            + " storage_objects[0].create: only a fileio disk can be created",
        // What is wrong about CHAP stops the start: nothing is served with less than was asked for.
        "\"tag\": 1 | \"chap_password\": \"x\" | targets[0].tpgs[0].chap_userid: missing;"
            + " chap_password is set, and one needs the other",
        "\"tag\": 1 | \"chap_userid\": \"a\", \"chap_password\": \"short\" |"
            + " targets[0].tpgs[0].chap_password: a CHAP secret of 5 bytes; it must have 12 to 16"
            + " (RFC 7143 clause 12.1.3): choose another one and set it at the initiator, too",
        "\"tag\": 1 | \"chap_mutual_userid\": \"a\", \"chap_mutual_password\": \"123456789012\" |"
            + " targets[0].tpgs[0].chap_mutual_userid: mutual CHAP without the initiator's own: set"
            + " chap_userid and chap_password, too",
        "\"tag\": 1 | \"chap_algorithms\": \"MD4\" | targets[0].tpgs[0].chap_algorithms: MD4 is no"
            + " CHAP algorithm; expected some of SHA3-256,SHA-256,SHA-1,MD5",
        "\"tag\": 1 | \"password\": \"x\" | targets[0].tpgs[0].password: this value is not"
            + " supported: the keys are chap_userid, chap_password and so on; expected no value",
        "\"tag\": 1 | \"chap_password\": 5 | targets[0].tpgs[0].chap_password: this value is not"
            + " text",
        "\"port\": 3260 | \"iser\": true | targets[0].tpgs[0].portals[0].iser: true is not"
            + " supported: there is no RDMA; initiators of this portal could not connect; expected"
            + " false",
        "\"wwn\": \"aa-1\" | \"aptpl\": \"never\" | storage_objects[0].aptpl: \"never\" is not"
            + " honor or force",
        "\"wwn\": \"aa-1\" | \"attributes\": {\"pi_prot_type\": 1} |"
            + " storage_objects[0].attributes.pi_prot_type: 1 is not supported: there is no"
            + " protection information; expected 0",
        // References and access.
        "/backstores/fileio/d1 | /backstores/fileio/d2 |"
            + " targets[0].tpgs[0].luns[0].storage_object: \"/backstores/fileio/d2\" is not among"
            + " storage_objects",
        "\"tpg_lun\": 0 | \"tpg_lun\": 3 | targets[0].tpgs[0].node_acls[0].mapped_luns[0].tpg_lun:"
            + " 3 is not the index of one of targets[0].tpgs[0].luns",
        "\"generate_node_acls\": 0 | \"generate_node_acls\": 1 |"
            + " targets[0].tpgs[0].portals[0].ip_address: \"192.0.2.1\" is not a loopback address;"
            + " demo access (no ACL) is given only at loopback addresses: set"
            + " targets[0].tpgs[0].attributes.generate_node_acls to 0 and name the initiators in"
            + " targets[0].tpgs[0].node_acls",
        // Twice.
        "\"wwn\": \"aa-1\"} | \"wwn\": \"aa-1\"}, {\"plugin\": \"fileio\", \"name\": \"d1\","
            + " \"dev\": \"/srv/d2.img\"} | storage_objects[1].name: backstore fileio/d1 is already"
            + " at storage_objects[0].name",
        "\"wwn\": \"aa-1\"} | \"wwn\": \"aa-1\"}, {\"plugin\": \"fileio\", \"name\": \"d2\","
            + " \"dev\": \"/srv/x/../d1.img\"} | storage_objects[1].dev: file or device /srv/d1.img"
            + " is already at storage_objects[0].dev",
        "\"wwn\": \"aa-1\"} | \"wwn\": \"aa-1\"}, {\"plugin\": \"fileio\", \"name\": \"d2\","
            + " \"dev\": \"/srv/d2.img\", \"wwn\": \"aa-1\"} | storage_objects[1].wwn: wwn aa-1 is"
            + " already at storage_objects[0].wwn",
        "\"wwn\": \"aa-1\"} | \"wwn\": \"aa-1\"}, {\"plugin\": \"fileio\", \"name\": \"d2\","
            + " \"dev\": \"/srv/d2.img\", \"wwn\": \"A-A1\"} | storage_objects[1].wwn: NAA"
            + " designator 6001405aa10000000000000000000000 is already at storage_objects[0].wwn",
        "\"targets\": [ | \"targets\": [{\"wwn\": \"iqn.2026-11.ORG.example:t1\"}, |"
            + " targets[1].wwn: target name iqn.2026-11.org.example:t1 is already at"
            + " targets[0].wwn",
        "\"tpgs\": [ | \"tpgs\": [{\"enable\": false, \"tag\": 1}, | targets[0].tpgs[1].tag: portal"
            + " group tag 1 is already at targets[0].tpgs[0].tag",
        "\"portals\": [ | \"portals\": [{\"ip_address\": \"192.0.2.1\"}, |"
            + " targets[0].tpgs[0].portals[1]: portal 192.0.2.1 port 3260 is already at"
            + " targets[0].tpgs[0].portals[0]",
        "\"targets\": [ | \"targets\": [{\"wwn\": \"iqn.2026-11.org.example:t0\", \"tpgs\":"
            + " [{\"portals\": [{\"ip_address\": \"0.0.0.0\"}]}]}, |"
            + " targets[1].tpgs[0].portals[0]: portal 192.0.2.1:3260 overlaps 0.0.0.0:3260 at"
            + " targets[0].tpgs[0].portals[0]; use one of them, or another port",
        "\"luns\": [ | \"luns\": [{\"index\": 0, \"storage_object\": \"/backstores/fileio/d1\"}, |"
            + " targets[0].tpgs[0].luns[1].index: LUN 0 is already at"
            + " targets[0].tpgs[0].luns[0].index",
        "\"node_acls\": [ | \"node_acls\": [{\"node_wwn\": \"iqn.2026-11.org.EXAMPLE:i1\"}, |"
            + " targets[0].tpgs[0].node_acls[1].node_wwn: initiator iqn.2026-11.org.example:i1 is"
            + " already at targets[0].tpgs[0].node_acls[0].node_wwn",
        "\"mapped_luns\": [ | \"mapped_luns\": [{\"index\": 0, \"tpg_lun\": 0}, |"
            + " targets[0].tpgs[0].node_acls[0].mapped_luns[1].index: LUN of this initiator 0 is"
            + " already at targets[0].tpgs[0].node_acls[0].mapped_luns[0].index",
      })
  void aWrongValueStopsTheStart(String right, String wrong, String message) {
    assertThat(SMALL).contains(right);
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigReader.parse(SMALL.replace(right, wrong), "t.json"));
    assertThat(refused).as("is refused").isNotNull();
    assertThat(refused.errors()).extracting(Finding::toString).first().isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"tag\": 1 | \"tga\": 1 | targets[0].tpgs[0].tga: unknown key, not used; is it misspelt?",
        "\"targets\": [ | \"targtes\": [], \"targets\": [ | targtes: unknown key, not used; is it"
            + " misspelt?",
        "\"size\" | \"attributes.block_size\": 4096, \"size\" |"
            + " storage_objects[0].attributes.block_size: unknown key, not used; is it misspelt?",
        "\"wwn\": \"aa-1\" | \"attributes\": {\"emulate_pr\": 0} |"
            + " storage_objects[0].attributes.emulate_pr: 0 has no effect: persistent reservations"
            + " are always there",
        "\"MaxBurstLength\" | \"MaxBurst\" | targets[0].tpgs[0].parameters.MaxBurst: unknown login"
            + " key, not used; is it misspelt?",
        "\"portals\": [{\"ip_address\": \"192.0.2.1\", \"port\": 3260}] | \"portals\": [] |"
            + " targets[0].tpgs[0].portals: empty: nobody can reach this portal group",
        "\"targets\": [ | \"fabric_modules\": [{\"name\": \"iscsi\", \"discovery_enable_auth\":"
            + " true}], \"targets\": [ | fabric_modules[0].discovery_enable_auth: CHAP is required"
            + " and there is no secret, so nobody can discover: set discovery_userid and"
            + " discovery_password",
      })
  void whatIsNotUsedIsNamedOnce(String right, String wrong, String message) throws Exception {
    assertThat(SMALL).contains(right);
    assertThat(ConfigReader.parse(SMALL.replace(right, wrong), "t.json").warnings())
        .extracting(Finding::toString)
        .containsExactly(message);
  }

  @Test
  void everyProblemIsListedAtOnce() {
    String text =
        SMALL
            .replace("\"port\": 3260", "\"port\": 70000")
            .replace("/backstores/fileio/d1", "/backstores/fileio/gone")
            .replace("\"name\": \"d1\",", "");
    assertThatThrownBy(() -> ConfigReader.parse(text, "t.json"))
        .hasMessageContaining("t.json: storage_objects[0].name: missing")
        .hasMessageContaining("t.json: targets[0].tpgs[0].portals[0].port: 70000")
        .hasMessageContaining("t.json: targets[0].tpgs[0].luns[0].storage_object");
  }

  @Test
  void valuesAreReadInEveryFormThatLioWrites() throws Exception {
    String text =
        SMALL
            .replace("\"port\": 3260", "\"port\": \"3261\"")
            .replace("\"generate_node_acls\": 0", "\"generate_node_acls\": \"0\"")
            .replace("\"enable\": true", "\"enable\": 1");
    PortalGroup group =
        ConfigReader.parse(text, "t.json")
            .configuration()
            .targets()
            .getFirst()
            .portalGroups()
            .getFirst();
    assertThat(group.portals().getFirst().getPort()).isEqualTo(3261);
    assertThat(group.demo()).isEqualTo(DemoAccess.NONE);
    assertThat(group.enabled()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1,1,READ_ONLY", "::1,0,READ_WRITE", "127.9.9.9,0,READ_WRITE"})
  void demoAccessIsGivenOnLoopback(String address, int writeProtect, DemoAccess access)
      throws Exception {
    String text =
        SMALL
            .replace("192.0.2.1", address)
            .replace(
                "\"generate_node_acls\": 0",
                "\"generate_node_acls\": 1, \"demo_mode_write_protect\": " + writeProtect);
    Configuration configuration = ConfigReader.parse(text, "t.json").configuration();
    assertThat(configuration.targets().getFirst().portalGroups().getFirst().demo())
        .isEqualTo(access);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{`a`: 1,}|line 1, column 9: not valid JSON",
        "~{\n  `targets`: [\n~|line 3, column 1: not valid JSON",
        "{`targets`: [], `targets`: []}|line 1, column 26: not valid JSON: Duplicate",
        "{} {}|line 1, column 4: not valid JSON",
        "[]|the file is not one JSON object",
        "~~|the file is not one JSON object",
      })
  void aSyntaxErrorIsShownByLineAndColumn(String text, String message) {
    assertThatThrownBy(() -> ConfigReader.parse(text.replace('`', '"'), "bad.json"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("bad.json: " + message);
  }

  @Test
  void aMissingFileAndADirectoryAreNamed(@TempDir Path dir) {
    assertThatThrownBy(() -> ConfigReader.text(dir.resolve("none.json")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("none.json: there is no such file");
    assertThatThrownBy(() -> ConfigReader.text(dir))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void aSecondNameOfTheSameFileIsFound(@TempDir Path dir) throws Exception {
    Path disk = Files.createFile(dir.resolve("disk.img"));
    Path link = Files.createSymbolicLink(dir.resolve("link.img"), disk);
    String text =
        SMALL
            .replace("/srv/d1.img", disk.toString())
            .replace(
                "\"wwn\": \"aa-1\"}",
                "\"wwn\": \"aa-1\"}, {\"plugin\": \"fileio\", \"name\": \"d2\", \"dev\": \""
                    + link
                    + "\"}");
    assertThatThrownBy(() -> ConfigReader.parse(text, "t.json"))
        .hasMessageContaining("storage_objects[1].dev: file or device " + disk.toRealPath());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ConfigReaderTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
