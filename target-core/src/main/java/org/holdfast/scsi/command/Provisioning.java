package org.holdfast.scsi.command;

/** Logical Block Provisioning (SBC-3 clause 6.5.4). */
final class Provisioning {
  /**
   * Neither UNMAP nor WRITE SAME is in the command table, so LBPU, LBPWS and LBPWS10 are zero and
   * READ CAPACITY(16) has LBPME zero, however the device stores its blocks.
   */
  static final VpdPage PAGE = new VpdPage(0xB2, (_, _) -> new byte[4]);

  private Provisioning() {}
}
