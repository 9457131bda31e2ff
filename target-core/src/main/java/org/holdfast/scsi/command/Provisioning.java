package org.holdfast.scsi.command;

import org.holdfast.scsi.LogicalUnit;

/**
 * Logical Block Provisioning (SBC-4 clause 6.6.7): what a thin unit supports; a fully provisioned
 * one supports none of it.
 */
final class Provisioning {
  static final VpdPage PAGE = new VpdPage(0xB2, (unit, _) -> body(unit));

  /** UNMAP unmaps. */
  private static final int LBPU = 0x80;

  /** WRITE SAME(16) with UNMAP unmaps. */
  private static final int LBPWS = 0x40;

  /** WRITE SAME(10) with UNMAP unmaps. */
  private static final int LBPWS10 = 0x20;

  /** 001b: unmapped blocks read as zeros. ANC_SUP and DP beside it are zero: neither exists. */
  private static final int LBPRZ = 0x04;

  private static final int THIN = 2;

  /** Bytes of a threshold set: the unit in which thresholds are counted (SBC-4 clause 4.7.3.7). */
  private static final int THRESHOLD_SET = 1 << 20;

  private Provisioning() {}

  private static byte[] body(LogicalUnit unit) {
    byte[] body = new byte[4];
    if (unit.device().profile().thin()) {
      body[0] = (byte) thresholdExponent(unit);
      body[1] = (byte) (LBPU | LBPWS | LBPWS10 | LBPRZ);
      body[2] = THIN;
    }
    return body;
  }

  /** log2 of the logical blocks of a threshold set; 0 when there are no thresholds. */
  static int thresholdExponent(LogicalUnit unit) {
    return unit.options().softThreshold() > 0
        ? Integer.numberOfTrailingZeros(THRESHOLD_SET / unit.device().profile().blockSize())
        : 0;
  }
}
