package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.holdfast.pr.ReservationClass;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.DataDirection;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationRule;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What every row refuses because of where it would reach on the medium, and that nothing is written
 * then. {@link RowsTest} tries the CDBs bit by bit, {@link ParameterListsTest} the parameter lists,
 * {@link RowReservationsTest} the reservations. A row that fits none of the shapes here fails.
 */
class RefusalsTest {
  private static final int BLOCKS = 64;
  private static final int BLOCK = 512;

  static final List<CommandSpec> ALL = RowsTest.ALL;
  static final List<CommandSpec> WITH_LBA = RowsTest.WITH_LBA;

  /** Data-In whose length no field limits (SBC-3 clause 5.15). */
  private static final Set<String> FIXED_ANSWER = Set.of("READ CAPACITY(10)");

  /** Data-Out whose length two flags give (SBC-4 clause 5.4). */
  private static final Set<String> FIXED_LIST = Set.of("FORMAT UNIT");

  private static final Sense WRITE_PROTECTED =
      Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED);

  /** What a block count of zero is to rows that do not take it for no blocks at all. */
  private enum Zero {
    /** SBC-2 clauses 5.5 and 5.24. */
    IS_256,
    /** SBC-3 clauses 5.9, 5.26 and 5.40, the latter with WSNZ = 0. */
    IS_UP_TO_THE_LAST
  }

  private static final Map<String, Zero> ZERO =
      Map.ofEntries(
          Map.entry("READ(6)", Zero.IS_256),
          Map.entry("WRITE(6)", Zero.IS_256),
          Map.entry("PRE-FETCH(10)", Zero.IS_UP_TO_THE_LAST),
          Map.entry("PRE-FETCH(16)", Zero.IS_UP_TO_THE_LAST),
          Map.entry("SYNCHRONIZE CACHE(10)", Zero.IS_UP_TO_THE_LAST),
          Map.entry("SYNCHRONIZE CACHE(16)", Zero.IS_UP_TO_THE_LAST),
          Map.entry("WRITE SAME(10)", Zero.IS_UP_TO_THE_LAST),
          Map.entry("WRITE SAME(16)", Zero.IS_UP_TO_THE_LAST));

  /** Rows that move no data for their range, so that the Block Limits page does not bound it. */
  private static final Set<String> UNBOUNDED =
      Set.of(
          "PRE-FETCH(10)",
          "PRE-FETCH(16)",
          "SYNCHRONIZE CACHE(10)",
          "SYNCHRONIZE CACHE(16)",
          "VERIFY(10)",
          "VERIFY(12)",
          "VERIFY(16)");

  /** Of the class of writes to a reservation, but they write nothing to the unit's own blocks. */
  private static final Set<String> ALLOWED_ON_READ_ONLY =
      Set.of(
          "START STOP UNIT",
          "PREVENT ALLOW MEDIUM REMOVAL",
          "SYNCHRONIZE CACHE(10)",
          "SYNCHRONIZE CACHE(16)",
          "MODE SELECT(6)",
          "MODE SELECT(10)",
          "LOG SELECT",
          "SEND DIAGNOSTIC",
          "RECEIVE DIAGNOSTIC RESULTS",
          "SET IDENTIFYING INFORMATION",
          "SET TARGET PORT GROUPS",
          "SET TIMESTAMP",
          "SANITIZE (EXIT FAILURE MODE)",
          // Their inner commands are refused, and with nothing to copy there is none.
          "EXTENDED COPY(LID1)",
          "WRITE USING TOKEN",
          "COPY OPERATION ABORT",
          "RECEIVE COPY STATUS(LID1)",
          "RECEIVE COPY OPERATING PARAMETERS",
          "RECEIVE COPY FAILURE DETAILS(LID1)",
          "RECEIVE ROD TOKEN INFORMATION");

  static final List<CommandSpec> WRITING =
      ALL.stream()
          .filter(row -> row.reservation().cases().stream().anyMatch(RefusalsTest::writes))
          .filter(row -> !ALLOWED_ON_READ_ONLY.contains(row.name()))
          .toList();

  private static boolean writes(ReservationRule.Case reservation) {
    return reservation.reservationClass() == ReservationClass.MEDIUM_WRITE;
  }

  private final Bench bench = filled(MemoryDevice.ofBlocks(BLOCKS));
  private final byte[] untouched = bench.device.content().clone();

  private static Bench filled(MemoryDevice device) {
    Arrays.fill(device.content(), (byte) 'a');
    return new Bench(device);
  }

  private static byte[] ranged(CommandSpec row, long lba, long blocks) {
    byte[] cdb = RowsTest.valid(row);
    RowsTest.set(cdb, RowsTest.field(row, "LOGICAL BLOCK ADDRESS").orElseThrow(), lba);
    RowsTest.set(cdb, RowsTest.count(row), blocks);
    return cdb;
  }

  private static byte[] data(int bytes) {
    byte[] data = new byte[bytes];
    Arrays.fill(data, (byte) 'z');
    return data;
  }

  private void assertUntouched() {
    assertThat(bench.device.requests()).isEmpty();
    assertUnchanged();
  }

  /** AssertJ would take a look at every single byte. */
  private void assertUnchanged() {
    assertThat(Arrays.equals(bench.device.content(), untouched)).as("nothing written").isTrue();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void everyRowHasAShapeThatIsTestedHere(CommandSpec row) {
    boolean ranged = RowsTest.field(row, "LOGICAL BLOCK ADDRESS").isPresent();
    if (WITH_LBA.contains(row) && row.direction() != DataDirection.IN) {
      assertThat(RowsTest.count(row).width()).isPositive();
    }
    switch (row.direction()) {
      case IN ->
          assertThat(
                  RowsTest.field(row, "ALLOCATION LENGTH").isPresent()
                      || (ranged && RowsTest.count(row).width() > 0)
                      || FIXED_ANSWER.contains(row.name()))
              .as("the length of the answer is limited by a field, or named here")
              .isTrue();
      case OUT ->
          assertThat(
                  ParameterLists.lengthField(row).isPresent()
                      || ranged
                      || FIXED_LIST.contains(row.name()))
              .as("the length of Data-Out is in a field, or the row is named here")
              .isTrue();
      case NONE -> assertThat(RowsTest.field(row, "ALLOCATION LENGTH")).isEmpty();
    }
  }

  /** Sums that would be 0 or small in as many bits as the address has, among others. */
  @ParameterizedTest
  @FieldSource("WITH_LBA")
  void whatReachesBeyondTheLastBlockIsRefusedAndNothingWritten(CommandSpec row) {
    int width = RowsTest.field(row, "LOGICAL BLOCK ADDRESS").orElseThrow().width();
    long all = width == 64 ? -1 : (1L << width) - 1;
    long most = (1L << RowsTest.count(row).width()) - 1;
    assertOutOfRange(row, BLOCKS, 1);
    assertOutOfRange(row, BLOCKS - 1, 2);
    assertOutOfRange(row, BLOCKS - 4, 5);
    assertOutOfRange(row, 0, BLOCKS + 1);
    assertOutOfRange(row, 0, most);
    for (long blocks : new long[] {1, 2, 3, most - 1, most}) {
      assertOutOfRange(row, all, blocks);
      assertOutOfRange(row, all - blocks + 1, blocks);
      if (blocks > 1) {
        assertOutOfRange(row, all - blocks + 2, blocks);
      }
      assertOutOfRange(row, 1L << (width - 1), blocks);
    }
  }

  private void assertOutOfRange(CommandSpec row, long lba, long blocks) {
    Bench.Result result = bench.send(ranged(row, lba, blocks), data(4 * BLOCK));
    assertThat(result.sense())
        .as("%d blocks from %s on", blocks, Long.toUnsignedString(lba))
        .isEqualTo(Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE));
    assertUntouched();
  }

  @ParameterizedTest
  @FieldSource("WITH_LBA")
  void noBlocksAreNoErrorOrWhatTheCommandTakesThemFor(CommandSpec row) {
    Zero zero = ZERO.get(row.name());
    if (zero == null) {
      assertThat(bench.send(ranged(row, 5, 0), data(BLOCK)).outcome()).isEqualTo(Outcome.GOOD);
      assertUntouched();
      return;
    }
    switch (zero) {
      case IS_256 -> {
        assertOutOfRange(row, 0, 0);
        Bench large = filled(MemoryDevice.ofBlocks(256));
        large.send(ranged(row, 0, 0), data(256 * BLOCK)).good();
        assertThat(touched(large)).isEqualTo(256 * BLOCK);
      }
      case IS_UP_TO_THE_LAST -> {
        assertThat(bench.send(ranged(row, BLOCKS - 3, 0), data(BLOCK)).outcome())
            .isIn(Outcome.GOOD, Outcome.CONDITION_MET);
        assertThat(touched(bench)).isIn(0, 3 * BLOCK);
        assertThat(Arrays.copyOf(bench.device.content(), (BLOCKS - 3) * BLOCK)).containsOnly('a');
      }
    }
  }

  /** Bytes read or written by all requests. */
  private static int touched(Bench bench) {
    return bench.device.requests().stream()
        .mapToInt(
            request ->
                switch (request) {
                  // Both buffers are used up by now.
                  case IoRequest.Read(_, var target) -> target.limit();
                  case IoRequest.Write(_, var source, _) -> source.limit();
                  case IoRequest.Flush() -> 0;
                  default -> throw new AssertionError("not asked for: " + request);
                })
        .sum();
  }

  @Test
  void moreThanOneCommandMayMoveIsRefusedWithAPointerToTheCount() {
    Bench large = filled(MemoryDevice.ofBlocks(Limits.maximumTransferBlocks(profile()) + 2));
    for (CommandSpec row : WITH_LBA) {
      CdbField count = RowsTest.count(row);
      long limit =
          row.name().startsWith("WRITE ATOMIC")
              ? large.device.atomicWriteLimit() / BLOCK
              : row.name().startsWith("WRITE SAME")
                  ? Limits.WRITE_SAME_BLOCKS
                  : Limits.maximumTransferBlocks(profile());
      if (count.width() > 8 && !UNBOUNDED.contains(row.name())) {
        Bench.Result result = large.send(ranged(row, 0, limit + 1), data(BLOCK));
        assertThat(result.wanted()).as(row.name()).isIn(0, BLOCK);
        assertThat(result.sense()).as(row.name()).isEqualTo(count.refused());
        assertThat(large.device.requests()).as(row.name()).isEmpty();
      }
    }
  }

  private DeviceProfile profile() {
    return bench.device.profile();
  }

  @ParameterizedTest
  @FieldSource("WRITING")
  void aReadOnlyDeviceIsNotWritten(CommandSpec row) {
    bench.device.profile(profile().forReading());
    assertWriteProtected(row, bench.nexus);
  }

  @ParameterizedTest
  @FieldSource("WRITING")
  void whoMayOnlyReadDoesNotWrite(CommandSpec row) {
    ItNexus reader = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, true))));
    bench.unit.takeUnitAttention(reader);
    assertWriteProtected(row, reader);
  }

  private void assertWriteProtected(CommandSpec row, ItNexus from) {
    byte[] cdb;
    byte[] data = data(2 * BLOCK);
    if (WITH_LBA.contains(row)) {
      cdb = ranged(row, 0, 1);
    } else if (ParameterLists.lengthField(row).isPresent()) {
      data = ParameterLists.of(row, 0).orElseThrow();
      cdb = ParameterLists.cdb(row, data.length);
    } else {
      cdb = RowsTest.valid(row);
    }
    assertThat(bench.send(from, 0, cdb, data).sense()).isEqualTo(WRITE_PROTECTED);
    assertUntouched();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void whatIsNotRefusedOnAReadOnlyDeviceDoesNotWriteToIt(CommandSpec row) {
    bench.device.profile(profile().forReading());
    byte[] cdb =
        WITH_LBA.contains(row)
            ? ranged(row, 0, 1)
            : ParameterLists.lengthField(row).map(_ -> ParameterLists.cdb(row, BLOCK)).orElse(null);
    bench.send(cdb == null ? RowsTest.valid(row) : cdb, data(2 * BLOCK)).outcome();
    assertUnchanged();
    assertThat(bench.device.requests())
        .noneMatch(
            request ->
                request instanceof IoRequest.Write
                    || request instanceof IoRequest.Unmap
                    || request instanceof IoRequest.WriteZeroes);
  }
}
