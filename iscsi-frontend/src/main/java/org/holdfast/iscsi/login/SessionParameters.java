package org.holdfast.iscsi.login;

/**
 * What a login agreed on, as the full feature phase needs it. Lengths in bytes.
 *
 * @param headerDigest CRC32C behind each header, both directions
 * @param dataDigest CRC32C behind each data segment, both directions
 * @param maxSendSegment longest data segment that we may send
 * @param initialR2T the initiator waits for an R2T before its first Data-Out
 * @param immediateData a command may carry data
 * @param maxBurst longest sequence of Data-In, or of Data-Out for one R2T
 * @param firstBurst most unsolicited data of one command, immediate data included
 * @param maxOutstandingR2T R2Ts of one command that may be open at once
 * @param time2Wait seconds that the initiator waits before it logs in again
 */
public record SessionParameters(
    boolean headerDigest,
    boolean dataDigest,
    int maxSendSegment,
    boolean initialR2T,
    boolean immediateData,
    int maxBurst,
    int firstBurst,
    int maxOutstandingR2T,
    int time2Wait) {}
