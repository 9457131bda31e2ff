package org.holdfast.config;

import static org.holdfast.config.Effect.ignored;
import static org.holdfast.config.Effect.refuse;
import static org.holdfast.config.Effect.warn;
import static org.holdfast.config.ValueType.anything;
import static org.holdfast.config.ValueType.choice;
import static org.holdfast.config.ValueType.flag;
import static org.holdfast.config.ValueType.objects;
import static org.holdfast.config.ValueType.section;
import static org.holdfast.config.ValueType.text;
import static org.holdfast.config.ValueType.whole;

import java.util.List;
import java.util.Optional;
import org.holdfast.config.Effect.Supported;

/**
 * Every key of the configuration file, one row each: where it stands, what it may hold, what it
 * does. The reader, its warnings and docs/generated/configuration.md all come from here. The layout
 * is that of saveconfig.json(5) of rtslib.
 *
 * <p>In a path, {@code []} stands for any index and a final {@code *} for any key that has no row
 * of its own.
 */
// Every field holds an immutable value: unmodifiable lists and records. The checker cannot see it.
@SuppressWarnings("ImmutableEnumChecker")
public enum ConfigKey {
  SECRETS_FILE(
      "secrets_file",
      text("an absolute path, or credential:NAME", SecretsPlace.SYNTAX),
      "none",
      "Holdfast's own key: passwords stand in this file, which only its owner can read, or in a"
          + " credential of systemd, and not here; docs/control-api.md shows one"),

  STORAGE_OBJECTS("storage_objects", objects(), "disks"),
  SO_NAME(
      "storage_objects[].name",
      text("1 to 200 printable characters without blanks and slashes", "[!-.0-~]{1,200}"),
      required(),
      "name, unique within its plugin"),
  SO_PLUGIN(
      "storage_objects[].plugin",
      choice("fileio", "block", "ramdisk"),
      required(),
      "regular file, block device or memory"),
  SO_DEV(
      "storage_objects[].dev",
      text("an absolute path", "/[^\\x00]*"),
      "required unless plugin is ramdisk",
      "the file or device that holds the data; when it is missing at start the LUN stays and"
          + " answers NOT READY"),
  SO_SIZE(
      "storage_objects[].size",
      whole(0, Long.MAX_VALUE),
      "the size of the file",
      "bytes; required for a ramdisk and with create"),
  SO_WWN(
      "storage_objects[].wwn",
      text("1 to 64 printable ASCII characters", "[ -~]{1,64}"),
      "made once and kept in the state directory",
      "unit serial number; the NAA designator is derived from it in the way LIO does"),
  SO_WRITE_BACK(
      "storage_objects[].write_back",
      flag(),
      "false",
      "writes end in the page cache and WCE is 1; otherwise every write is on stable storage before"
          + " GOOD"),
  SO_DIRECT(
      "storage_objects[].direct",
      flag(),
      "false",
      "Holdfast's own key: data bypasses the page cache (O_DIRECT); write_back decides as without"
          + " it when a write is answered, so by default GOOD means stable storage. Where the file"
          + " system, the disk or the block size does not allow it the daemon does not start"),
  SO_READONLY("storage_objects[].readonly", flag(), "false", "nobody may write"),
  SO_CREATE(
      "storage_objects[].create",
      flag(),
      "false",
      "Holdfast's own key: create a missing file with `size` bytes, sparse. A change that brings a"
          + " disk whose file cannot be made is refused; at start, and of a file that is loaded,"
          + " the LUN stays and answers NOT READY until it can"),
  SO_PREALLOCATE(
      "storage_objects[].preallocate",
      flag(),
      "false",
      "Holdfast's own key: a file that is created takes all its space at once"),
  SO_VENDOR(
      "storage_objects[].vendor_id",
      text("1 to 8 printable ASCII characters", "[ -~]{1,8}"),
      "HOLDFAST",
      "Holdfast's own key: T10 vendor identification"),
  SO_PRODUCT(
      "storage_objects[].product_id",
      text("1 to 16 printable ASCII characters", "[ -~]{1,16}"),
      "the first 16 characters of the name",
      "Holdfast's own key: product identification"),
  SO_APTPL(
      "storage_objects[].aptpl",
      choice("honor", "force"),
      "honor",
      "Holdfast's own key: whether reservations survive a restart when the host asks for it (APTPL"
          + " bit), or always"),
  SO_REMOVABLE(
      "storage_objects[].removable",
      flag(),
      "false",
      "Holdfast's own key: the medium can be ejected and loaded by START STOP UNIT"),
  SO_SOFT_THRESHOLD(
      "storage_objects[].soft_threshold",
      whole(0, 99),
      "0",
      "Holdfast's own key: per cent of the backing space in use at which initiators are warned; 0:"
          + " never"),
  SO_DELAY(
      "storage_objects[].delay_ms",
      whole(0, 600_000),
      "0",
      "Holdfast's own key, for tests: every request waits so many milliseconds"),
  SO_FAULTS(
      "storage_objects[].faults",
      text("rules such as write@0-7:10%=no_space", InjectedFaults.SYNTAX),
      "none",
      "Holdfast's own key, for tests: requests that fail, as " + InjectedFaults.EXPLANATION),
  SO_IO_LOG(
      "storage_objects[].io_log",
      whole(0, 1_000_000),
      "0",
      "Holdfast's own key: so many last requests are remembered, and logged when the daemon ends"),
  SO_AIO("storage_objects[].aio", flag(), "false", ignored("how I/O is done is Holdfast's choice")),
  SO_EXCLUSIVE(
      "storage_objects[].exclusive", flag(), "true", warn("devices are always held", "true")),
  SO_NULLIO(
      "storage_objects[].nullio", flag(), "false", refuse("data is never discarded", "false")),
  SO_ALUA_TPGS("storage_objects[].alua_tpgs", objects(), "ALUA groups as LIO saves them"),
  SO_ALUA_STATE(
      "storage_objects[].alua_tpgs[].alua_access_state",
      whole(0, 15),
      "0",
      warn("every path begins as active/optimized", "0")),
  SO_ALUA_ANY(
      "storage_objects[].alua_tpgs[].*",
      anything(),
      "",
      ignored("target port groups follow from the portal groups")),

  SO_ATTRIBUTES("storage_objects[].attributes", section(), "LIO's device attributes"),
  SO_BLOCK_SIZE(
      "storage_objects[].attributes.block_size",
      choice("512", "4096"),
      "512",
      "logical block size in bytes"),
  SO_EMULATE_TPU(
      "storage_objects[].attributes.emulate_tpu",
      flag(),
      "true",
      "UNMAP is offered where the file system or the disk can give space back and reads zeros then;"
          + " files that LIO saves say 0 unless it was turned on"),
  SO_EMULATE_WRITE_CACHE(
      "storage_objects[].attributes.emulate_write_cache",
      flag(),
      "write_back",
      ignored("WCE follows write_back, which is how the file is really opened")),
  SO_EMULATE_FUA_WRITE(
      "storage_objects[].attributes.emulate_fua_write",
      flag(),
      "true",
      warn("FUA always means stable storage", "true")),
  SO_EMULATE_PR(
      "storage_objects[].attributes.emulate_pr",
      flag(),
      "true",
      warn("persistent reservations are always there", "true")),
  SO_PGR_SUPPORT(
      "storage_objects[].attributes.pgr_support",
      flag(),
      "true",
      warn("persistent reservations are always there", "true")),
  SO_ENFORCE_PR_ISIDS(
      "storage_objects[].attributes.enforce_pr_isids",
      flag(),
      "true",
      warn("registrations are always kept per I_T nexus, ISID included", "true")),
  SO_FORCE_PR_APTPL(
      "storage_objects[].attributes.force_pr_aptpl",
      flag(),
      "false",
      "as `aptpl: force`: reservations survive a restart whatever the host asks for"),
  SO_PI_PROT_TYPE(
      "storage_objects[].attributes.pi_prot_type",
      whole(0, 3),
      "0",
      refuse("there is no protection information", "0")),
  SO_PI_PROT_FORMAT(
      "storage_objects[].attributes.pi_prot_format",
      flag(),
      "false",
      refuse("there is no protection information", "false")),
  SO_PI_PROT_VERIFY(
      "storage_objects[].attributes.pi_prot_verify",
      flag(),
      "false",
      refuse("there is no protection information", "false")),
  SO_ATTR_LIO(
      "storage_objects[].attributes.{alua_support,emulate_3pc,emulate_caw,emulate_dpo,"
          + "emulate_fua_read,emulate_model_alias,emulate_rest_reord,emulate_rsoc,emulate_tas,"
          + "emulate_tpws,emulate_ua_intlck_ctrl,is_nonrot,max_unmap_block_desc_count,"
          + "max_unmap_lba_count,max_write_same_len,optimal_sectors,queue_depth,submit_type,"
          + "unmap_granularity,unmap_granularity_alignment,unmap_zeroes_data,complete_type}",
      anything(),
      "",
      ignored(
          "what the disk offers and its limits follow from the disk and from what is built in")),

  FABRIC_MODULES("fabric_modules", objects(), "settings per fabric"),
  FABRIC_NAME(
      "fabric_modules[].name", text("a name", ".+"), "iscsi", ignored("there is only iscsi")),
  FABRIC_AUTH(
      "fabric_modules[].discovery_enable_auth",
      flag(),
      "false",
      "discovery sessions need CHAP; so they do when there is a user below"),
  FABRIC_CHAP_USERID("fabric_modules[].discovery_userid", ChapPart.USERID),
  FABRIC_CHAP_PASSWORD("fabric_modules[].discovery_password", ChapPart.PASSWORD),
  FABRIC_CHAP_MUTUAL_USERID("fabric_modules[].discovery_mutual_userid", ChapPart.MUTUAL_USERID),
  FABRIC_CHAP_MUTUAL_PASSWORD(
      "fabric_modules[].discovery_mutual_password", ChapPart.MUTUAL_PASSWORD),
  FABRIC_CHAP_ALGORITHMS("fabric_modules[].chap_algorithms", ChapPart.ALGORITHMS),

  TARGETS("targets", objects(), "iSCSI targets"),
  TARGET_WWN("targets[].wwn", new ValueType.NodeName(), required(), "target name"),
  TARGET_FABRIC(
      "targets[].fabric",
      text("a fabric's name", ".+"),
      "iscsi",
      warn("targets of other fabrics are named and left out", "iscsi")),
  TARGET_PARAMETERS("targets[].parameters", section(), "LIO's parameters of a target"),
  TARGET_AFFINITY(
      "targets[].parameters.cmd_completion_affinity",
      anything(),
      "-1",
      ignored("each connection stays on its own event loop")),
  TPGS("targets[].tpgs", objects(), "target portal groups"),
  TPG_TAG(
      "targets[].tpgs[].tag", whole(0, 65535), "its place in the list, from 1", "portal group tag"),
  TPG_ENABLE("targets[].tpgs[].enable", flag(), "true", "false: it is kept but not served"),
  TPG_CHAP_USERID("targets[].tpgs[].chap_userid", ChapPart.USERID),
  TPG_CHAP_PASSWORD("targets[].tpgs[].chap_password", ChapPart.PASSWORD),
  TPG_CHAP_MUTUAL_USERID("targets[].tpgs[].chap_mutual_userid", ChapPart.MUTUAL_USERID),
  TPG_CHAP_MUTUAL_PASSWORD("targets[].tpgs[].chap_mutual_password", ChapPart.MUTUAL_PASSWORD),
  TPG_CHAP_ALGORITHMS("targets[].tpgs[].chap_algorithms", ChapPart.ALGORITHMS),
  TPG_OTHER_SECRETS(
      "targets[].tpgs[].{userid,password,mutual_userid,mutual_password}",
      new ValueType.Secret(),
      "",
      refuse("the keys are chap_userid, chap_password and so on", "")),
  TPG_ATTRIBUTES("targets[].tpgs[].attributes", section(), "attributes of the portal group"),
  TPG_AUTHENTICATION(
      "targets[].tpgs[].attributes.authentication",
      flag(),
      "false",
      "everybody needs CHAP; so does, whatever is said here, who has a chap_userid, and everybody"
          + " when parameters.AuthMethod does not list None"),
  TPG_GENERATE_ACLS(
      "targets[].tpgs[].attributes.generate_node_acls",
      flag(),
      "false",
      "demo mode: any initiator sees all LUNs; only where every portal is a loopback address."
          + " false: no ACL, no login"),
  TPG_DEMO_WRITE_PROTECT(
      "targets[].tpgs[].attributes.demo_mode_write_protect",
      flag(),
      "true",
      "initiators admitted by demo mode may only read"),
  TPG_PROD_WRITE_PROTECT(
      "targets[].tpgs[].attributes.prod_mode_write_protect",
      flag(),
      "false",
      "initiators with an ACL may only read"),
  TPG_ERL(
      "targets[].tpgs[].attributes.default_erl",
      whole(0, 2),
      "0",
      warn("ErrorRecoveryLevel is 0", "0")),
  TPG_PI(
      "targets[].tpgs[].attributes.{t10_pi,fabric_prot_type}",
      whole(0, 3),
      "0",
      warn("there is no protection information", "0")),
  TPG_DISCOVERY(
      "targets[].tpgs[].attributes.{demo_mode_discovery,tpg_enabled_sendtargets}",
      flag(),
      "",
      ignored("SendTargets names a target only to initiators that may log in to it")),
  TPG_ATTR_LIO(
      "targets[].tpgs[].attributes.{cache_dynamic_acls,default_cmdsn_depth,login_keys_workaround,"
          + "login_timeout,netif_timeout}",
      whole(0, 65535),
      "",
      ignored("Holdfast has its own window and timers")),
  TPG_PARAMETERS("targets[].tpgs[].parameters", section(), "login keys of RFC 7143"),
  TPG_LOGIN_KEY(
      "targets[].tpgs[].parameters.*",
      text("text", ".*"),
      "see the login keys",
      "what is offered for this login key; docs/generated/login-keys.md has the rows"),

  PORTALS("targets[].tpgs[].portals", objects(), "where the portal group listens"),
  PORTAL_ADDRESS(
      "targets[].tpgs[].portals[].ip_address",
      text("an IPv4 or IPv6 address", "[0-9a-fA-F.:%\\[\\]]+"),
      required(),
      "address; 0.0.0.0 or :: for all"),
  PORTAL_PORT(
      "targets[].tpgs[].portals[].port", whole(0, 65535), "3260", "TCP port; 0: any free one"),
  PORTAL_ISER(
      "targets[].tpgs[].portals[].iser",
      flag(),
      "false",
      refuse("there is no RDMA; initiators of this portal could not connect", "false")),
  PORTAL_OFFLOAD(
      "targets[].tpgs[].portals[].offload",
      flag(),
      "false",
      warn("the portal is served by the system's TCP", "false")),

  LUNS("targets[].tpgs[].luns", objects(), "what the portal group offers"),
  LUN_INDEX("targets[].tpgs[].luns[].index", whole(0, 16383), required(), "logical unit number"),
  LUN_STORAGE_OBJECT(
      "targets[].tpgs[].luns[].storage_object",
      text("/backstores/<plugin>/<name>", "/backstores/[^/]+/[^/]+"),
      required(),
      "the disk behind it"),
  LUN_LIO(
      "targets[].tpgs[].luns[].{alias,alua_tg_pt_gp_name}",
      anything(),
      "",
      ignored("LIO's own naming")),

  NODE_ACLS("targets[].tpgs[].node_acls", objects(), "who may log in"),
  ACL_NODE(
      "targets[].tpgs[].node_acls[].node_wwn",
      new ValueType.NodeName(),
      required(),
      "initiator name"),
  ACL_CHAP_USERID("targets[].tpgs[].node_acls[].chap_userid", ChapPart.USERID),
  ACL_CHAP_PASSWORD("targets[].tpgs[].node_acls[].chap_password", ChapPart.PASSWORD),
  ACL_CHAP_MUTUAL_USERID("targets[].tpgs[].node_acls[].chap_mutual_userid", ChapPart.MUTUAL_USERID),
  ACL_CHAP_MUTUAL_PASSWORD(
      "targets[].tpgs[].node_acls[].chap_mutual_password", ChapPart.MUTUAL_PASSWORD),
  ACL_OTHER_SECRETS(
      "targets[].tpgs[].node_acls[].{userid,password,mutual_userid,mutual_password}",
      new ValueType.Secret(),
      "",
      refuse("the keys are chap_userid, chap_password and so on", "")),
  ACL_TAG("targets[].tpgs[].node_acls[].tag", anything(), "", ignored("targetcli's ACL groups")),
  ACL_ATTRIBUTES("targets[].tpgs[].node_acls[].attributes", section(), "attributes of the ACL"),
  ACL_AUTHENTICATION(
      "targets[].tpgs[].node_acls[].attributes.authentication",
      choice("-1", "0", "1"),
      "-1",
      "1: this initiator needs CHAP; otherwise as the portal group says"),
  ACL_ERL(
      "targets[].tpgs[].node_acls[].attributes.default_erl",
      whole(0, 2),
      "0",
      warn("ErrorRecoveryLevel is 0", "0")),
  ACL_RANDOM(
      "targets[].tpgs[].node_acls[].attributes.{random_datain_pdu_offsets,"
          + "random_datain_seq_offsets,random_r2t_offsets}",
      flag(),
      "false",
      warn("data goes in order", "false")),
  ACL_TIMERS(
      "targets[].tpgs[].node_acls[].attributes.{dataout_timeout,dataout_timeout_retries,"
          + "nopin_response_timeout,nopin_timeout}",
      whole(0, 65535),
      "",
      ignored("Holdfast has its own timers")),
  MAPPED_LUNS("targets[].tpgs[].node_acls[].mapped_luns", objects(), "what the initiator sees"),
  MAPPED_INDEX(
      "targets[].tpgs[].node_acls[].mapped_luns[].index",
      whole(0, 16383),
      required(),
      "LUN as the initiator sees it"),
  MAPPED_TPG_LUN(
      "targets[].tpgs[].node_acls[].mapped_luns[].tpg_lun",
      whole(0, 16383),
      required(),
      "index of the portal group's LUN"),
  MAPPED_WRITE_PROTECT(
      "targets[].tpgs[].node_acls[].mapped_luns[].write_protect",
      flag(),
      "false",
      "this initiator may only read"),
  MAPPED_ALIAS(
      "targets[].tpgs[].node_acls[].mapped_luns[].alias",
      anything(),
      "",
      ignored("LIO's own naming"));

  private static final String REQUIRED = "required";

  private final List<String> paths;
  private final ValueType type;
  private final String fallback;
  private final Effect effect;
  private final String meaning;

  /** A list or a section: the keys below it say what it means. */
  ConfigKey(String path, ValueType type, String meaning) {
    this(path, type, "empty", new Supported(), meaning);
  }

  /** A key of a place that has CHAP secrets. */
  ConfigKey(String path, ChapPart part) {
    this(path, part.type(), part.fallback(), part.meaning());
  }

  /** A key that is used. */
  ConfigKey(String path, ValueType type, String fallback, String meaning) {
    this(path, type, fallback, new Supported(), meaning);
  }

  /** A key of LIO that changes nothing here. */
  ConfigKey(String path, ValueType type, String fallback, Effect effect) {
    this(path, type, fallback, effect, "");
  }

  ConfigKey(String path, ValueType type, String fallback, Effect effect, String meaning) {
    this.paths = PathList.expand(path);
    this.type = type;
    this.fallback = fallback;
    this.effect = effect;
    this.meaning = meaning;
  }

  /**
   * The row for a key.
   *
   * @param parent path of the object it stands in, indices taken out ({@code targets[].tpgs[]});
   *     empty at the top
   */
  public static Optional<ConfigKey> at(String parent, String key) {
    return KeyIndex.at(parent, key);
  }

  /** Every path that this row covers. */
  public List<String> paths() {
    return paths;
  }

  /** The last step of its one path: the key inside its object. */
  public String key() {
    String path = paths.getFirst();
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The path of the object that the key stands in; empty at the top. */
  public String parent() {
    String path = paths.getFirst();
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  public ValueType type() {
    return type;
  }

  /** What holds when the key is absent: a canonical value, or words where it depends. */
  public String fallback() {
    return fallback;
  }

  public boolean isRequired() {
    return fallback.equals(REQUIRED);
  }

  public Effect effect() {
    return effect;
  }

  public String meaning() {
    return meaning;
  }

  private static String required() {
    return REQUIRED;
  }
}
