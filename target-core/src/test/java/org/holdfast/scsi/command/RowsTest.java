package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.ServiceAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What holds for every row, whatever the command. */
class RowsTest {
  private static final int BLOCKS = 64;

  static final List<CommandSpec> ALL = StandardCommands.table().rows();

  static final List<CommandSpec> WITH_ACTION =
      ALL.stream().filter(row -> row.serviceAction() instanceof ServiceAction.Value).toList();

  /** But for those that tell of a copy, which there is none of here: their own tests cut them. */
  static final List<CommandSpec> WITH_ALLOCATION_LENGTH =
      ALL.stream()
          .filter(row -> field(row, "ALLOCATION LENGTH").isPresent())
          .filter(row -> field(row, "LIST IDENTIFIER").isEmpty())
          .toList();

  static final List<CommandSpec> WITH_LBA =
      ALL.stream().filter(row -> field(row, "LOGICAL BLOCK ADDRESS").isPresent()).toList();

  private final Bench bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));

  static Optional<CdbField> field(CommandSpec row, String name) {
    return row.fields().stream().filter(field -> field.name().equals(name)).findFirst();
  }

  static CdbField count(CommandSpec row) {
    return Stream.of(
            "TRANSFER LENGTH", "VERIFICATION LENGTH", "PREFETCH LENGTH", "NUMBER OF LOGICAL BLOCKS")
        .flatMap(name -> field(row, name).stream())
        .findFirst()
        .orElseThrow();
  }

  /** A CDB of this row that ends well. */
  static byte[] valid(CommandSpec row) {
    byte[] cdb = new byte[row.cdbLength()];
    cdb[0] = (byte) row.opcode();
    if (row.serviceAction() instanceof ServiceAction.Value(int value)) {
      cdb[1] = (byte) value;
    }
    if (row.name().startsWith("MODE SENSE")) {
      set(cdb, field(row, "PAGE CODE").orElseThrow(), 0x3F);
    }
    return cdb;
  }

  static void set(byte[] cdb, CdbField field, long value) {
    for (int i = 0; i < field.width(); i++) {
      int at = field.offset() * 8 + 7 - field.bit() + field.width() - 1 - i;
      int mask = 0x80 >>> (at & 7);
      cdb[at >>> 3] =
          (byte) ((value >>> i & 1) != 0 ? cdb[at >>> 3] | mask : cdb[at >>> 3] & ~mask);
    }
  }

  @Test
  void theseAreTheOperationCodes() {
    assertThat(ALL.stream().map(CommandSpec::opcode).distinct())
        .containsExactly(
            0x00, 0x03, 0x04, 0x08, 0x0A, 0x12, 0x15, 0x16, 0x17, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E,
            0x25, 0x28, 0x2A, 0x2E, 0x2F, 0x34, 0x35, 0x37, 0x41, 0x42, 0x48, 0x4C, 0x4D, 0x55,
            0x56, 0x57, 0x5A, 0x5E, 0x5F, 0x83, 0x84, 0x88, 0x89, 0x8A, 0x8B, 0x8E, 0x8F, 0x90,
            0x91, 0x93, 0x9C, 0x9E, 0xA0, 0xA3, 0xA4, 0xA8, 0xAA, 0xAB, 0xAE, 0xAF, 0xB7);
  }

  @Test
  void anUnknownOperationCodeIsRefused() {
    List<Integer> known = ALL.stream().map(CommandSpec::opcode).toList();
    IntStream.range(0, 0x100)
        .filter(opcode -> !known.contains(opcode))
        .forEach(
            opcode ->
                assertThat(bench.send(String.format("%02x0000000000", opcode)).sense())
                    .isEqualTo(Sense.illegalRequest(SenseCode.INVALID_COMMAND_OPERATION_CODE)));
  }

  @ParameterizedTest
  @FieldSource("WITH_ACTION")
  void anUnknownServiceActionIsRefusedWithAPointerToIt(CommandSpec row) {
    List<ServiceAction> known =
        ALL.stream()
            .filter(other -> other.opcode() == row.opcode())
            .map(CommandSpec::serviceAction)
            .toList();
    for (int action = 0; action <= ServiceAction.MASK; action++) {
      byte[] cdb = valid(row);
      cdb[1] = (byte) action;
      if (!known.contains(ServiceAction.value(action))) {
        assertThat(bench.send(cdb, new byte[0]).sense()).isEqualTo(Sense.invalidFieldInCdb(1, 4));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void everyBitOutsideTheFieldsIsRefusedWithAPointerToIt(CommandSpec row) {
    for (int at = 1; at < row.cdbLength(); at++) {
      for (int bit = 0; bit < 8; bit++) {
        if (isReserved(row, at, bit)) {
          byte[] cdb = valid(row);
          cdb[at] |= (byte) (1 << bit);
          assertThat(bench.send(cdb, new byte[0]).sense())
              .as("byte %d bit %d", at, bit)
              .isEqualTo(Sense.invalidFieldInCdb(at, bit));
        }
      }
    }
  }

  private static boolean isReserved(CommandSpec row, int at, int bit) {
    boolean action = row.serviceAction() instanceof ServiceAction.Value && at == 1 && bit <= 4;
    return !action && row.fields().stream().noneMatch(f -> (f.maskAt(at) >>> bit & 1) != 0);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void nacaIsRefused(CommandSpec row) {
    byte[] cdb = valid(row);
    cdb[row.cdbLength() - 1] = 0x04;
    assertThat(bench.send(cdb, new byte[0]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(row.cdbLength() - 1, 2));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void aFieldThatMustBeZeroIsRefusedWithAPointerToItsFirstBit(CommandSpec row) {
    row.fields().stream()
        .filter(field -> field.use() == CdbField.Use.ZERO_ONLY)
        .forEach(
            field -> {
              byte[] cdb = valid(row);
              set(cdb, field, 1);
              assertThat(bench.send(cdb, new byte[0]).sense())
                  .as(field.name())
                  .isEqualTo(Sense.invalidFieldInCdb(field.offset(), field.bit()));
            });
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void theUsageDataHasExactlyTheBitsThatMayBeSet(CommandSpec row) {
    byte[] usage = row.usage();
    assertThat(usage[0]).isEqualTo((byte) row.opcode());
    for (int at = 1; at < usage.length; at++) {
      int where = at;
      int mask =
          row.fields().stream()
              .filter(field -> field.use() == CdbField.Use.EVALUATED)
              .mapToInt(field -> field.maskAt(where))
              .sum();
      if (at == 1 && row.serviceAction() instanceof ServiceAction.Value(int value)) {
        mask += value;
      }
      assertThat(usage[at]).as("byte %d", at).isEqualTo((byte) mask);
    }
  }

  @ParameterizedTest
  @FieldSource("WITH_ALLOCATION_LENGTH")
  void dataIsCutToTheAllocationLength(CommandSpec row) {
    CdbField length = field(row, "ALLOCATION LENGTH").orElseThrow();
    long most = (1L << Math.min(16, length.width())) - 1;
    byte[] all = answer(row, length, most);
    assertThat(all).isNotEmpty();
    assertThat((long) all.length).as("the bench sees all of it").isLessThan(most + 1);
    for (int cut = 0; cut < all.length; cut++) {
      assertThat(answer(row, length, cut)).as("%d bytes", cut).isEqualTo(Arrays.copyOf(all, cut));
    }
    assertThat(answer(row, length, all.length)).isEqualTo(all);
  }

  private byte[] answer(CommandSpec row, CdbField length, long value) {
    byte[] cdb = valid(row);
    set(cdb, length, value);
    return bench.send(cdb, new byte[0]).good();
  }

  @ParameterizedTest
  @FieldSource("WITH_LBA")
  void blocksUpToTheLastAreFoundAndNoneBeyond(CommandSpec row) {
    for (int blocks = 1; blocks <= 4; blocks++) {
      assertWentWell(range(row, BLOCKS - blocks, blocks));
      assertOutOfRange(range(row, BLOCKS - blocks + 1, blocks));
      assertOutOfRange(range(row, BLOCKS, blocks));
    }
  }

  @ParameterizedTest
  @FieldSource("WITH_LBA")
  void anAddressAtTheEndOfItsFieldDoesNotWrapAround(CommandSpec row) {
    CdbField lba = field(row, "LOGICAL BLOCK ADDRESS").orElseThrow();
    long last = lba.width() == 64 ? -1 : (1L << lba.width()) - 1;
    for (int blocks = 1; blocks <= 3; blocks++) {
      assertOutOfRange(range(row, last, blocks));
      assertOutOfRange(range(row, last - 1, blocks));
    }
    long middle = 1L << (lba.width() - 1);
    assertOutOfRange(range(row, middle, 1));
    assertOutOfRange(range(row, middle - 1, 1));
  }

  @ParameterizedTest
  @FieldSource("WITH_LBA")
  void noBlocksMayBeginRightBehindTheLastAndNotFurther(CommandSpec row) {
    if (row.cdbLength() == 6) {
      // Zero means 256 there, more than this unit has.
      assertOutOfRange(range(row, 0, 0));
      return;
    }
    int before = bench.device.content().length;
    assertWentWell(range(row, 0, 0));
    assertWentWell(range(row, BLOCKS, 0));
    assertOutOfRange(range(row, BLOCKS + 1, 0));
    assertThat(bench.device.content()).hasSize(before).containsOnly(0);
  }

  private Bench.Result range(CommandSpec row, long lba, long blocks) {
    byte[] cdb = valid(row);
    set(cdb, field(row, "LOGICAL BLOCK ADDRESS").orElseThrow(), lba);
    set(cdb, count(row), blocks);
    return bench.send(cdb, new byte[2 * 4 * 512]);
  }

  private static void assertWentWell(Bench.Result result) {
    assertThat(result.outcome()).isIn(Outcome.GOOD, Outcome.CONDITION_MET);
  }

  private static void assertOutOfRange(Bench.Result result) {
    assertThat(result.sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void onlyRowsThatTakeDataAskForIt(CommandSpec row) {
    if (row.direction() != DataDirection.OUT) {
      assertThat(bench.send(valid(row), new byte[0]).wanted()).isZero();
    }
  }
}
