package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.holdfast.pr.ReservationState;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Parameter lists of every length, for every row that takes one. */
class ParameterListsTest {
  /** Longer than every fixed part of a list. */
  private static final int LONG = 64;

  static final List<CommandSpec> WITH_LIST =
      RowsTest.ALL.stream().filter(row -> ParameterLists.lengthField(row).isPresent()).toList();

  private static final Outcome TOO_SHORT =
      Outcome.check(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));

  private final Bench bench = new Bench();

  /** What a refused command must leave as it is. */
  private record State(
      int content, ReservationState reservations, Outcome modeSense, int modePages) {}

  private State state() {
    Bench.Result pages = bench.send("5a 00 3f ff 000000 ffff 00");
    boolean good = pages.outcome().equals(Outcome.GOOD);
    assertThat(bench.unit.offlineReason()).isNull();
    return new State(
        Arrays.hashCode(bench.device.content()),
        bench.unit.reservations(),
        pages.outcome(),
        good ? Arrays.hashCode(pages.good()) : 0);
  }

  /**
   * No list is not an error (SPC-4 clause 4.2.5.5, PARAMETER LIST LENGTH field), with exceptions.
   */
  @ParameterizedTest
  @FieldSource("WITH_LIST")
  void noListDoesNothing(CommandSpec row) {
    State before = state();
    Bench.Result result = bench.send(ParameterLists.cdb(row, 0), new byte[0]);
    if (row.opcode() == 0x5F) {
      // It shall be 24 at least (SPC-4 clause 6.16.1).
      assertThat(result.sense())
          .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    } else if (row.name().equals("SANITIZE (OVERWRITE)")) {
      // It shall be greater than four (SBC-4, SANITIZE, OVERWRITE service action).
      assertThat(result.sense()).isEqualTo(ParameterLists.lengthField(row).orElseThrow().refused());
    } else {
      assertThat(result.outcome()).isEqualTo(Outcome.GOOD);
    }
    assertThat(result.wanted()).isZero();
    if (!row.name().equals("SET IDENTIFYING INFORMATION")) {
      // No list there means no information (SPC-4 clause 6.43); here there was none before.
      assertThat(state()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @FieldSource("WITH_LIST")
  void whatIsRefusedChangesNothing(CommandSpec row) {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    byte[] noise = new byte[LONG];
    new Random(seed).nextBytes(noise);
    byte[] ones = new byte[LONG];
    Arrays.fill(ones, (byte) 0xFF);
    byte[] sample = ParameterLists.of(row, 0xB0B).orElse(new byte[LONG]);
    for (byte[] list : List.of(new byte[LONG], ones, noise, sample)) {
      for (int length = 1; length <= list.length; length++) {
        String what = "seed %d, %d bytes announced and sent".formatted(seed, length);
        tryOut(ParameterLists.cdb(row, length), Arrays.copyOf(list, length), what);
      }
    }
  }

  /** The initiator announces the whole list in the CDB and offers less. */
  @ParameterizedTest
  @FieldSource("WITH_LIST")
  void aListThatDoesNotComeWholeIsRefused(CommandSpec row) {
    byte[] whole = ParameterLists.of(row, 0xB0B).orElse(new byte[LONG]);
    byte[] cdb = ParameterLists.cdb(row, whole.length);
    for (int length = 0; length < whole.length; length++) {
      String what = "%d bytes of %d".formatted(length, whole.length);
      Outcome outcome = tryOut(cdb, Arrays.copyOf(whole, length), what);
      assertThat(outcome).as(what).isEqualTo(TOO_SHORT);
    }
  }

  /** What comes would be a list of its own, but the CDB announced a longer one. */
  @ParameterizedTest
  @FieldSource("WITH_LIST")
  void aListThatIsCompleteBeforeItsAnnouncedEndIsRefused(CommandSpec row) {
    byte[] list = ParameterLists.of(row, 0xB0B).orElse(new byte[LONG]);
    int announced = list.length + 1;
    Outcome outcome =
        tryOut(ParameterLists.cdb(row, announced), list, list.length + " bytes of " + announced);
    assertThat(outcome).isInstanceOf(Outcome.CheckCondition.class);
  }

  private Outcome tryOut(byte[] cdb, byte[] list, String what) {
    State before = state();
    Outcome outcome = bench.offer(cdb, list).outcome();
    if (outcome instanceof Outcome.CheckCondition(Sense sense)) {
      assertThat(sense.code()).as(what).isNotEqualTo(SenseCode.INTERNAL_TARGET_FAILURE);
    }
    if (!(outcome instanceof Outcome.Good)) {
      assertThat(state()).as(what).isEqualTo(before);
    }
    return outcome;
  }
}
