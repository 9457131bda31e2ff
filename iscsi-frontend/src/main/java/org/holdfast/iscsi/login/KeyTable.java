package org.holdfast.iscsi.login;

import static org.holdfast.iscsi.login.KeySpec.NO;
import static org.holdfast.iscsi.login.KeySpec.Relevance.EVERY_SESSION;
import static org.holdfast.iscsi.login.KeySpec.Relevance.NORMAL_SESSION;
import static org.holdfast.iscsi.login.KeySpec.Relevance.UNSOLICITED_DATA;
import static org.holdfast.iscsi.login.KeySpec.Scope.CONNECTION;
import static org.holdfast.iscsi.login.KeySpec.Scope.SESSION;
import static org.holdfast.iscsi.login.KeySpec.Sender.BOTH;
import static org.holdfast.iscsi.login.KeySpec.Sender.INITIATOR;
import static org.holdfast.iscsi.login.KeySpec.Sender.TARGET;
import static org.holdfast.iscsi.login.KeySpec.Setting.FIXED;
import static org.holdfast.iscsi.login.KeySpec.Setting.FREE;
import static org.holdfast.iscsi.login.KeySpec.Setting.IGNORED;
import static org.holdfast.iscsi.login.KeySpec.Setting.NONE;
import static org.holdfast.iscsi.login.KeySpec.YES;
import static org.holdfast.iscsi.login.Phase.FULL_FEATURE;
import static org.holdfast.iscsi.login.Phase.OPERATIONAL;
import static org.holdfast.iscsi.login.Phase.SECURITY;
import static org.holdfast.iscsi.login.ValueType.BoolRule.AND;
import static org.holdfast.iscsi.login.ValueType.BoolRule.OR;
import static org.holdfast.iscsi.login.ValueType.NumberRule.DECLARED;
import static org.holdfast.iscsi.login.ValueType.NumberRule.MAXIMUM;
import static org.holdfast.iscsi.login.ValueType.NumberRule.MINIMUM;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.holdfast.iscsi.login.ValueType.Bool;
import org.holdfast.iscsi.login.ValueType.Choice;
import org.holdfast.iscsi.login.ValueType.Numeric;
import org.holdfast.iscsi.login.ValueType.Obsolete;
import org.holdfast.iscsi.login.ValueType.Text;
import org.holdfast.iscsi.login.ValueType.Word;
import org.jspecify.annotations.Nullable;

/**
 * The text keys that this target knows, one row each. Keys of one PDU are worked on in this order,
 * so a key stands below those that its relevance or its bound depends on.
 */
public final class KeyTable {
  private static final Set<Phase> LOGIN = Set.of(SECURITY, OPERATIONAL);
  private static final Set<Phase> ALWAYS = Set.of(SECURITY, OPERATIONAL, FULL_FEATURE);
  private static final Set<Phase> OPERATION = Set.of(OPERATIONAL);
  private static final Set<Phase> OPERATION_OR_LATER = Set.of(OPERATIONAL, FULL_FEATURE);
  private static final Set<Phase> TEXT = Set.of(FULL_FEATURE);
  private static final Set<Phase> NEVER = Set.of();

  /** RFC 7143 clause 4.2.7.1: the longest iSCSI name. */
  public static final int MAX_NAME = 223;

  private static final int MAX_TEXT = 255;
  private static final Text NAME = new Text(MAX_NAME);
  private static final Text TEXT_VALUE = new Text(MAX_TEXT);

  /** At most 1024 bytes (clause 12.1), hexadecimal. */
  private static final Text BINARY = new Text(2 + 2 * 1024);

  private static final Choice DIGESTS = new Choice(List.of("CRC32C", "None"));
  private static final long MAX_LENGTH = 0xFF_FFFF;
  private static final Numeric DECLARED_LENGTH = new Numeric(512, MAX_LENGTH, DECLARED);
  private static final Numeric LENGTH = new Numeric(512, MAX_LENGTH, MINIMUM);
  private static final Numeric COUNT = new Numeric(1, 65535, MINIMUM);

  public static final KeySpec SESSION_TYPE =
      new KeySpec(
          "SessionType",
          "13.21",
          INITIATOR,
          SESSION,
          LOGIN,
          EVERY_SESSION,
          new Word(List.of("Normal", "Discovery")),
          "Normal",
          "",
          NONE);
  public static final KeySpec INITIATOR_NAME =
      new KeySpec(
          "InitiatorName", "13.5", INITIATOR, SESSION, LOGIN, EVERY_SESSION, NAME, "", "", NONE);
  public static final KeySpec TARGET_NAME =
      new KeySpec("TargetName", "13.4", BOTH, SESSION, LOGIN, EVERY_SESSION, NAME, "", "", NONE);
  public static final KeySpec AUTH_METHOD =
      new KeySpec(
          "AuthMethod",
          "12",
          BOTH,
          CONNECTION,
          Set.of(SECURITY),
          EVERY_SESSION,
          new Choice(List.of("CHAP", "None")),
          "",
          "None",
          FREE);

  /** A list of algorithm numbers from the initiator, the chosen one from us. */
  public static final KeySpec CHAP_A = chap("CHAP_A", TEXT_VALUE);

  public static final KeySpec CHAP_I = chap("CHAP_I", TEXT_VALUE);
  public static final KeySpec CHAP_C = chap("CHAP_C", BINARY);
  public static final KeySpec CHAP_N = chap("CHAP_N", TEXT_VALUE);
  public static final KeySpec CHAP_R = chap("CHAP_R", BINARY);
  public static final KeySpec TARGET_PORTAL_GROUP_TAG =
      new KeySpec(
          "TargetPortalGroupTag",
          "13.9",
          TARGET,
          SESSION,
          LOGIN,
          EVERY_SESSION,
          new Numeric(0, 65535, DECLARED),
          "",
          "",
          NONE);
  public static final KeySpec TARGET_ALIAS =
      new KeySpec(
          "TargetAlias", "13.6", TARGET, SESSION, ALWAYS, EVERY_SESSION, TEXT_VALUE, "", "", FREE);
  public static final KeySpec TARGET_ADDRESS =
      new KeySpec(
          "TargetAddress",
          "13.8",
          TARGET,
          SESSION,
          ALWAYS,
          EVERY_SESSION,
          TEXT_VALUE,
          "",
          "",
          NONE);
  public static final KeySpec SEND_TARGETS =
      new KeySpec(
          "SendTargets", "13.3", INITIATOR, SESSION, TEXT, EVERY_SESSION, TEXT_VALUE, "", "", NONE);
  public static final KeySpec HEADER_DIGEST =
      new KeySpec(
          "HeaderDigest",
          "13.1",
          BOTH,
          CONNECTION,
          OPERATION,
          EVERY_SESSION,
          DIGESTS,
          "None",
          "CRC32C,None",
          FREE);
  public static final KeySpec DATA_DIGEST =
      new KeySpec(
          "DataDigest",
          "13.1",
          BOTH,
          CONNECTION,
          OPERATION,
          EVERY_SESSION,
          DIGESTS,
          "None",
          "CRC32C,None",
          FREE);
  public static final KeySpec MAX_RECV_DATA_SEGMENT_LENGTH =
      new KeySpec(
          "MaxRecvDataSegmentLength",
          "13.12",
          BOTH,
          CONNECTION,
          OPERATION_OR_LATER,
          EVERY_SESSION,
          DECLARED_LENGTH,
          "8192",
          "262144",
          FREE);
  public static final KeySpec INITIAL_R2T =
      new KeySpec(
          "InitialR2T",
          "13.10",
          BOTH,
          SESSION,
          OPERATION,
          NORMAL_SESSION,
          new Bool(OR),
          YES,
          NO,
          FREE);
  public static final KeySpec IMMEDIATE_DATA =
      new KeySpec(
          "ImmediateData",
          "13.11",
          BOTH,
          SESSION,
          OPERATION,
          NORMAL_SESSION,
          new Bool(AND),
          YES,
          YES,
          FREE);
  public static final KeySpec MAX_BURST_LENGTH =
      new KeySpec(
          "MaxBurstLength",
          "13.13",
          BOTH,
          SESSION,
          OPERATION,
          NORMAL_SESSION,
          LENGTH,
          "262144",
          "1048576",
          FREE);
  public static final KeySpec FIRST_BURST_LENGTH =
      new KeySpec(
          "FirstBurstLength",
          "13.14",
          BOTH,
          SESSION,
          OPERATION,
          UNSOLICITED_DATA,
          LENGTH,
          "65536",
          "262144",
          FREE);
  public static final KeySpec MAX_OUTSTANDING_R2T =
      new KeySpec(
          "MaxOutstandingR2T",
          "13.17",
          BOTH,
          SESSION,
          OPERATION,
          NORMAL_SESSION,
          COUNT,
          "1",
          "8",
          FREE);
  public static final KeySpec DEFAULT_TIME_2_WAIT =
      new KeySpec(
          "DefaultTime2Wait",
          "13.15",
          BOTH,
          SESSION,
          OPERATION,
          EVERY_SESSION,
          new Numeric(0, 3600, MAXIMUM),
          "2",
          "2",
          FREE);

  /** With ErrorRecoveryLevel 0 no task outlives its connection, so there is nothing to retain. */
  public static final KeySpec DEFAULT_TIME_2_RETAIN =
      new KeySpec(
          "DefaultTime2Retain",
          "13.16",
          BOTH,
          SESSION,
          OPERATION,
          EVERY_SESSION,
          new Numeric(0, 3600, MINIMUM),
          "20",
          "0",
          FREE);

  /** LIO's own: an upper bound for the Data-In segments that we send. It never travels. */
  public static final KeySpec MAX_XMIT_DATA_SEGMENT_LENGTH =
      new KeySpec(
          "MaxXmitDataSegmentLength",
          "configuration only",
          TARGET,
          SESSION,
          NEVER,
          EVERY_SESSION,
          DECLARED_LENGTH,
          "",
          "262144",
          FREE);

  private static final List<KeySpec> ROWS =
      List.of(
          SESSION_TYPE,
          INITIATOR_NAME,
          TARGET_NAME,
          new KeySpec(
              "InitiatorAlias",
              "13.7",
              INITIATOR,
              SESSION,
              ALWAYS,
              EVERY_SESSION,
              TEXT_VALUE,
              "",
              "",
              NONE),
          AUTH_METHOD,
          CHAP_A,
          CHAP_I,
          CHAP_C,
          CHAP_N,
          CHAP_R,
          TARGET_PORTAL_GROUP_TAG,
          TARGET_ALIAS,
          TARGET_ADDRESS,
          SEND_TARGETS,
          HEADER_DIGEST,
          DATA_DIGEST,
          MAX_RECV_DATA_SEGMENT_LENGTH,
          new KeySpec(
              "MaxConnections",
              "13.2",
              BOTH,
              SESSION,
              OPERATION,
              NORMAL_SESSION,
              COUNT,
              "1",
              "1",
              FIXED),
          INITIAL_R2T,
          IMMEDIATE_DATA,
          MAX_BURST_LENGTH,
          FIRST_BURST_LENGTH,
          MAX_OUTSTANDING_R2T,
          DEFAULT_TIME_2_WAIT,
          DEFAULT_TIME_2_RETAIN,
          new KeySpec(
              "DataPDUInOrder",
              "13.18",
              BOTH,
              SESSION,
              OPERATION,
              NORMAL_SESSION,
              new Bool(OR),
              YES,
              YES,
              FIXED),
          new KeySpec(
              "DataSequenceInOrder",
              "13.19",
              BOTH,
              SESSION,
              OPERATION,
              NORMAL_SESSION,
              new Bool(OR),
              YES,
              YES,
              FIXED),
          new KeySpec(
              "ErrorRecoveryLevel",
              "13.20",
              BOTH,
              SESSION,
              OPERATION,
              EVERY_SESSION,
              new Numeric(0, 2, MINIMUM),
              "0",
              "0",
              FIXED),
          new KeySpec(
              "TaskReporting",
              "13.23",
              BOTH,
              SESSION,
              OPERATION,
              NORMAL_SESSION,
              new Choice(List.of("RFC3720", "ResponseFence", "FastAbort")),
              "RFC3720",
              "RFC3720",
              FIXED),
          new KeySpec(
              "iSCSIProtocolLevel",
              "13.24",
              BOTH,
              SESSION,
              OPERATION,
              NORMAL_SESSION,
              new Numeric(0, 31, MINIMUM),
              "1",
              "1",
              FIXED),
          new KeySpec(
              "IFMarker",
              "13.25",
              BOTH,
              CONNECTION,
              OPERATION,
              EVERY_SESSION,
              new Obsolete(NO),
              "",
              "",
              IGNORED),
          new KeySpec(
              "OFMarker",
              "13.25",
              BOTH,
              CONNECTION,
              OPERATION,
              EVERY_SESSION,
              new Obsolete(NO),
              "",
              "",
              IGNORED),
          new KeySpec(
              "IFMarkInt",
              "13.25",
              BOTH,
              CONNECTION,
              OPERATION,
              EVERY_SESSION,
              new Obsolete(Negotiation.REJECT),
              "",
              "",
              IGNORED),
          new KeySpec(
              "OFMarkInt",
              "13.25",
              BOTH,
              CONNECTION,
              OPERATION,
              EVERY_SESSION,
              new Obsolete(Negotiation.REJECT),
              "",
              "",
              IGNORED),
          MAX_XMIT_DATA_SEGMENT_LENGTH);

  private static final Map<String, KeySpec> BY_NAME =
      ROWS.stream().collect(Collectors.toUnmodifiableMap(KeySpec::name, Function.identity()));

  private KeyTable() {}

  private static KeySpec chap(String name, ValueType type) {
    return new KeySpec(
        name, "12.1", BOTH, CONNECTION, Set.of(SECURITY), EVERY_SESSION, type, "", "", NONE);
  }

  /** Every row, in the order of work. */
  public static List<KeySpec> rows() {
    return ROWS;
  }

  /** The row of a key on the wire; null when we do not know it: NotUnderstood. */
  static @Nullable KeySpec find(String name) {
    KeySpec row = BY_NAME.get(name);
    return row == null || row.phases().isEmpty() ? null : row;
  }

  /** The row of a key in the configuration; null when there is none. */
  public static @Nullable KeySpec setting(String name) {
    return BY_NAME.get(name);
  }
}
