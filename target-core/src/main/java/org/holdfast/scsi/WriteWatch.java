package org.holdfast.scsi;

/** Wants to know what is about to change the medium of a unit. */
@FunctionalInterface
public interface WriteWatch {
  /**
   * A command with this row and CDB is about to run, and may change the blocks that {@link
   * CommandSpec#touches} names.
   *
   * <p>Thread: any; must not block.
   */
  void beforeWrite(CommandSpec spec, Cdb cdb);
}
