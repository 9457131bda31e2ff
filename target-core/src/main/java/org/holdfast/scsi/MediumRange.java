package org.holdfast.scsi;

/**
 * Which logical blocks a command reads or changes: what keeps COMPARE AND WRITE and its like apart
 * from everything else on their range (SBC-4 clause 5.4). May say too much, never too little.
 */
@FunctionalInterface
public interface MediumRange {
  /** The command does not touch the medium. */
  MediumRange NONE = (cdb, lba, blocks) -> false;

  /** The CDB does not say which blocks, or it may be all of them. */
  MediumRange WHOLE = (cdb, lba, blocks) -> true;

  /**
   * Whether the command with this CDB touches one of {@code blocks} logical blocks from {@code lba}
   * on. Allocates nothing; the CDB's range may lie outside the medium.
   *
   * @param lba first block, inside the medium
   * @param blocks how many, at least 1, all inside the medium
   */
  boolean overlaps(Cdb cdb, long lba, long blocks);
}
