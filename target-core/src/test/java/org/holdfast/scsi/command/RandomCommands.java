package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;

/** CDBs and Data-Out at random, from noise to what a real initiator sends; follows the table. */
final class RandomCommands {
  /** Commands that take the unit away from all others come seldom. */
  private static final List<Integer> DISRUPTIVE = List.of(0x04, 0x1B, 0x48, 0x16, 0x56);

  private static final List<CommandSpec> ALL = RowsTest.ALL;

  private static final List<CommandSpec> MEDIUM =
      ALL.stream().filter(row -> RowsTest.WITH_LBA.contains(row) || row.opcode() == 0x42).toList();

  private final Random random;
  private final int blocks;

  /** For a unit of {@code blocks} logical blocks. */
  RandomCommands(Random random, int blocks) {
    this.random = random;
    this.blocks = blocks;
  }

  /** Data-Out is what the initiator has; the target may ask for less. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Command(byte[] cdb, byte[] data, boolean offersAll) {}

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /**
   * A command.
   *
   * @param medium what the unit holds, for comparisons that go well
   */
  Command next(byte[] medium) {
    if (oneIn(12)) {
      byte[] cdb = new byte[16];
      random.nextBytes(cdb);
      return new Command(cdb, noise(random.nextInt(2048)), oneIn(2));
    }
    boolean ofMedium = random.nextInt(10) < 7;
    CommandSpec row = pick(ofMedium ? MEDIUM : ALL);
    if (DISRUPTIVE.contains(row.opcode()) && !oneIn(10)) {
      row = pick(MEDIUM);
    }
    byte[] cdb = RowsTest.valid(row);
    for (CdbField field : row.fields()) {
      RowsTest.set(cdb, field, value(row, field));
    }
    byte[] data = data(row, cdb, medium);
    if (oneIn(15)) {
      cdb[random.nextInt(cdb.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return new Command(cdb, data, oneIn(10));
  }

  private CommandSpec pick(List<CommandSpec> rows) {
    return rows.get(random.nextInt(rows.size()));
  }

  private long value(CommandSpec row, CdbField field) {
    if (field.use() == CdbField.Use.ZERO_ONLY) {
      return oneIn(50) ? random.nextLong() : 0;
    }
    if (oneIn(60)) {
      return random.nextLong();
    }
    return switch (field.name()) {
      case "LOGICAL BLOCK ADDRESS", "STARTING LOGICAL BLOCK ADDRESS" -> random.nextInt(blocks + 2);
      case "TRANSFER LENGTH",
          "VERIFICATION LENGTH",
          "PREFETCH LENGTH",
          "NUMBER OF LOGICAL BLOCKS" ->
          oneIn(10) ? random.nextInt(blocks + 2) : random.nextInt(5);
      case "ALLOCATION LENGTH" -> random.nextInt(300);
      case ParameterLists.LENGTH -> listLength(row);
      case "BYTCHK", "PF", "TYPE", "PAGE CODE" -> random.nextInt(1 << Math.min(field.width(), 6));
      default -> oneIn(4) ? random.nextInt(1 << Math.min(field.width(), 8)) : 0;
    };
  }

  private int listLength(CommandSpec row) {
    int whole = ParameterLists.of(row, 1).map(list -> list.length).orElse(64);
    return oneIn(4) ? random.nextInt(80) : whole;
  }

  private byte[] data(CommandSpec row, byte[] cdb, byte[] medium) {
    byte[] data = list(row);
    if (data.length == 0) {
      data = blocks(row, cdb, medium);
    }
    if (oneIn(8) && data.length > 0) {
      data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return oneIn(20) ? Arrays.copyOf(data, random.nextInt(data.length + 1)) : data;
  }

  private byte[] list(CommandSpec row) {
    if (row.opcode() == 0x42) {
      return unmapList();
    }
    if (ParameterLists.lengthField(row).isEmpty()) {
      return new byte[0];
    }
    byte[] list = ParameterLists.of(row, random.nextInt(3)).orElseGet(() -> noise(64));
    if (row.opcode() == 0x5F) {
      list[7] = (byte) random.nextInt(3);
    }
    return oneIn(10) ? noise(random.nextInt(96)) : list;
  }

  private byte[] unmapList() {
    ByteBuffer list = ByteBuffer.allocate(24);
    list.putShort((short) 22).putShort((short) 16).putInt(0);
    list.putLong(random.nextInt(blocks + 2)).putInt(random.nextInt(5)).putInt(0);
    return list.array();
  }

  /** Enough for the CDB as it is; in half of the cases what the medium holds in its range. */
  private byte[] blocks(CommandSpec row, byte[] cdb, byte[] medium) {
    byte[] data = noise(2 * 5 * MediumModel.BLOCK);
    if (oneIn(8)) {
      data = new byte[data.length];
    }
    if (oneIn(2) && RowsTest.WITH_LBA.contains(row)) {
      long lba = RowsTest.field(row, "LOGICAL BLOCK ADDRESS").orElseThrow().valueIn(new Cdb(cdb));
      if (lba >= 0 && lba < blocks) {
        int at = (int) lba * MediumModel.BLOCK;
        System.arraycopy(medium, at, data, 0, Math.min(data.length, medium.length - at));
        if (row.opcode() == 0x89) {
          // The second half is what is to be written.
          int half = (cdb[13] & 0xFF) * MediumModel.BLOCK;
          for (int i = half; i < data.length; i++) {
            data[i] = (byte) random.nextInt();
          }
        }
      }
    }
    return data;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }
}
