package org.holdfast.scsi;

/**
 * Carries out one command. Unit attentions, reservations and the CDB's reserved bits have been
 * dealt with before.
 */
@FunctionalInterface
public interface CommandHandler {
  /**
   * Ends {@code task} exactly once with {@link ScsiTask#end}, here or later on another thread.
   *
   * <p>Thread: that of the connection; must not block.
   */
  void execute(LogicalUnit unit, ScsiTask task);
}
