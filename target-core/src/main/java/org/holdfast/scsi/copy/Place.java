package org.holdfast.scsi.copy;

import java.nio.ByteBuffer;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CommandHandler;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.InnerCommand;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.MediumRange;

/**
 * A unit as one I_T nexus sees it: where a copy reads or writes.
 *
 * @param nexus on whose behalf
 * @param lun eight-byte LUN field
 */
record Place(ItNexus nexus, long lun, LogicalUnit unit) {
  private static final int READ_16 = 0x88;
  private static final int WRITE_16 = 0x8A;

  int blockSize() {
    return unit.device().profile().blockSize();
  }

  /** READ(16) of whole blocks; {@code offset} and {@code length} in bytes. */
  InnerCommand read(long offset, long length) {
    return command(row(READ_16), offset, length);
  }

  /** WRITE(16), as {@link #read}. */
  InnerCommand write(long offset, long length) {
    return command(row(WRITE_16), offset, length);
  }

  /**
   * READ(16) of the source of {@code part} as far as everybody else can tell, carried out by {@code
   * handler}.
   */
  InnerCommand readWith(Piece part, CommandHandler handler) {
    CommandSpec row = row(READ_16);
    return command(with(row, row.touches(), handler), part.sourceOffset(), part.length());
  }

  /** WRITE(16) of the destination of {@code part}, as {@link #readWith}. */
  InnerCommand writeWith(Piece part, CommandHandler handler) {
    CommandSpec row = row(WRITE_16);
    return command(with(row, row.touches(), handler), part.destinationOffset(), part.length());
  }

  /** WRITE(16) of the destination of {@code part} that touches its source, too, in this unit. */
  InnerCommand copyWithin(Piece part, CommandHandler handler) {
    CommandSpec row = row(WRITE_16);
    long first = part.sourceOffset() / blockSize();
    long count = part.length() / blockSize();
    MediumRange changes = row.touches();
    MediumRange both =
        (cdb, lba, blocks) ->
            changes.overlaps(cdb, lba, blocks) || (lba < first + count && first < lba + blocks);
    return command(
        with(row, both, new DeviceCopy.WithinUnit(changes, handler)),
        part.destinationOffset(),
        part.length());
  }

  private CommandSpec row(int opcode) {
    return unit.commands().rows(opcode).getFirst();
  }

  private static CommandSpec with(CommandSpec row, MediumRange touches, CommandHandler handler) {
    return new CommandSpec(
        row.name(),
        row.opcode(),
        row.serviceAction(),
        row.cdbLength(),
        row.direction(),
        row.dataOut(),
        row.reservation(),
        touches,
        row.traits(),
        row.fields(),
        row.clause(),
        row.withoutUnit(),
        handler);
  }

  private InnerCommand command(CommandSpec row, long offset, long length) {
    int blockSize = blockSize();
    byte[] cdb =
        ByteBuffer.allocate(row.cdbLength())
            .put((byte) row.opcode())
            .put((byte) 0)
            .putLong(offset / blockSize)
            .putInt(Math.toIntExact(length / blockSize))
            .array();
    return new InnerCommand(nexus, lun, row, new Cdb(cdb));
  }
}
