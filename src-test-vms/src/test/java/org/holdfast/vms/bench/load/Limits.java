package org.holdfast.vms.bench.load;

import java.util.Map;

/**
 * What a login came to (RFC 7143 clause 13), with that clause's default for a key that the target
 * left out.
 *
 * @param targetSegment most bytes of a data segment that the target takes
 * @param firstBurst most bytes of unsolicited data of one command
 */
record Limits(
    int targetSegment,
    int firstBurst,
    boolean initialR2t,
    boolean immediateData,
    boolean headerDigest,
    boolean dataDigest) {
  static final int OUR_SEGMENT = 256 * 1024;
  private static final int OUR_FIRST_BURST = 256 * 1024;
  private static final int OUR_MAX_BURST = 1024 * 1024;
  private static final int WORD = Integer.BYTES;

  /** The keys that every peer is offered alike. */
  static Map<String, String> offer(boolean digests) {
    String digest = digests ? "CRC32C" : "None";
    return Map.ofEntries(
        Map.entry("HeaderDigest", digest),
        Map.entry("DataDigest", digest),
        Map.entry("MaxRecvDataSegmentLength", Integer.toString(OUR_SEGMENT)),
        Map.entry("MaxBurstLength", Integer.toString(OUR_MAX_BURST)),
        Map.entry("FirstBurstLength", Integer.toString(OUR_FIRST_BURST)),
        Map.entry("InitialR2T", "No"),
        Map.entry("ImmediateData", "Yes"),
        Map.entry("MaxOutstandingR2T", "1"),
        Map.entry("MaxConnections", "1"),
        Map.entry("ErrorRecoveryLevel", "0"),
        Map.entry("DefaultTime2Wait", "2"),
        Map.entry("DefaultTime2Retain", "0"),
        Map.entry("DataPDUInOrder", "Yes"),
        Map.entry("DataSequenceInOrder", "Yes"));
  }

  static Limits agreed(Map<String, String> answers) {
    return new Limits(
        number(answers, "MaxRecvDataSegmentLength", 8192) & -WORD,
        Math.min(number(answers, "FirstBurstLength", 65_536), OUR_FIRST_BURST) & -WORD,
        !"No".equals(answers.get("InitialR2T")),
        !"No".equals(answers.get("ImmediateData")),
        "CRC32C".equals(answers.get("HeaderDigest")),
        "CRC32C".equals(answers.get("DataDigest")));
  }

  private static int number(Map<String, String> answers, String key, int absent) {
    String value = answers.get(key);
    return value == null ? absent : Integer.decode(value);
  }

  /** Bytes that go in the command's own PDU. */
  int immediate(int length) {
    return immediateData ? Math.min(length, Math.min(firstBurst, targetSegment)) : 0;
  }

  /** Bytes that go before any R2T, the immediate ones included. */
  int unsolicited(int length) {
    return initialR2t ? immediate(length) : Math.min(length, firstBurst);
  }
}
