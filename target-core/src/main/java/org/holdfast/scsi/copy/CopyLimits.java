package org.holdfast.scsi.copy;

/** What third-party copy may take up. Advertised where SPC-4 has a field for it, and kept to. */
final class CopyLimits {
  /** Copy target (CSCD) descriptors in one list. */
  static final int TARGETS = 16;

  /** Segment descriptors in one list. */
  static final int SEGMENTS = 16;

  /** Bytes of target and segment descriptors together. */
  static final int DESCRIPTOR_LIST = TARGETS * TargetDescriptor.LENGTH + SEGMENTS * 28;

  /** Bytes that one segment may move. */
  static final int SEGMENT_BYTES = 256 << 20;

  /**
   * Copy operations of one unit at once. Each has at most one buffer of {@link Mover#CHUNK} bytes.
   */
  static final int CONCURRENT = 16;

  /** Copy operations of one I_T_L nexus whose results are held. */
  static final int HELD = 32;

  /** How long results are held, seconds. */
  static final int HELD_SECONDS = 600;

  /** Log2 of the bytes that every length is a multiple of: the smallest logical block. */
  static final int GRANULARITY = 9;

  /** Longest parameter list that is received at all, bytes. */
  static final int PARAMETER_LIST = 1 << 16;

  /** Range descriptors of POPULATE TOKEN and of WRITE USING TOKEN. */
  static final int RANGES = 64;

  /** Bytes that a token may represent, and that one WRITE USING TOKEN may write. */
  static final long TOKEN_BYTES = 256L << 20;

  /** Bytes of a WRITE USING TOKEN that keep it well below an initiator's patience. */
  static final long OPTIMAL_TOKEN_BYTES = 64L << 20;

  /** Seconds without use after which a token expires, when the initiator does not say. */
  static final int DEFAULT_INACTIVITY = 60;

  /** The longest such time that an initiator may ask for, seconds. */
  static final int MAXIMUM_INACTIVITY = 600;

  /** Live tokens of one unit. */
  static final int TOKENS = 256;

  /** Tokens that are no longer good, of one unit, of which the reason is still known. */
  static final int DEAD_TOKENS = 256;

  private CopyLimits() {}
}
