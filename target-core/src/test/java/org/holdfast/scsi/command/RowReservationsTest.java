package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.ReservationType;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every row under every kind of reservation, sent by the holder, a registrant and a stranger. */
class RowReservationsTest {
  static final List<CommandSpec> ALL = RowsTest.ALL;

  private final Bench bench = new Bench();
  private final ItNexus holder = another();
  private final ItNexus registrant = another();

  private ItNexus another() {
    ItNexus nexus = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, false))));
    bench.unit.takeUnitAttention(nexus);
    return nexus;
  }

  private void register(ItNexus nexus, int key) {
    byte[] list = Bench.cdb("0000000000000000 %016x 00000000 00 00 0000".formatted(key));
    bench.send(nexus, 0, Bench.cdb("5f 00 00 0000 00000018 00"), list).good();
  }

  private void reserve(ReservationType type) {
    register(holder, 1);
    register(registrant, 2);
    byte[] list = Bench.cdb("0000000000000001 0000000000000000 00000000 00 00 0000");
    byte[] cdb = Bench.cdb("5f 01 %02x 0000 00000018 00".formatted(type.code()));
    bench.send(holder, 0, cdb, list).good();
  }

  /** The CDBs of a row that its class may tell apart: all zeros, and every field with all ones. */
  private static List<byte[]> cdbs(CommandSpec row) {
    byte[] ones = RowsTest.valid(row);
    byte[] usage = row.usage();
    for (int at = 1; at < ones.length; at++) {
      ones[at] |= usage[at];
    }
    byte[] start = RowsTest.valid(row);
    RowsTest.field(row, "START").ifPresent(field -> RowsTest.set(start, field, 1));
    return List.of(RowsTest.valid(row), ones, start);
  }

  private Outcome send(ItNexus from, byte[] cdb) {
    int before = bench.device.requests().size();
    Outcome outcome = bench.send(from, 0, cdb.clone(), new byte[0]).outcome();
    if (outcome.equals(Outcome.RESERVATION_CONFLICT)) {
      assertThat(bench.device.requests()).hasSize(before);
    }
    return outcome;
  }

  private void assertConflict(boolean expected, ItNexus from, byte[] cdb, String what) {
    Outcome outcome = send(from, cdb);
    assertThat(outcome.equals(Outcome.RESERVATION_CONFLICT))
        .as("%s [%s]: %s", what, new Cdb(cdb), outcome)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void aPersistentReservationKeepsOutExactlyWhomItsTypeAndTheRowSay(CommandSpec row) {
    for (ReservationType type : ReservationType.values()) {
      RowReservationsTest fresh = new RowReservationsTest();
      fresh.reserve(type);
      for (byte[] cdb : cdbs(row)) {
        ReservationClass kind = row.reservation().classOf(new Cdb(cdb));
        if (kind != ReservationClass.JUDGED_BY_ENGINE) {
          boolean others = kind.isAllowedToOthersUnder(type);
          String what = row.name() + " under " + type;
          fresh.assertConflict(!others, fresh.bench.nexus, cdb, what + " of a stranger");
          fresh.assertConflict(
              !others && !type.isSharedByRegistrants(),
              fresh.registrant,
              cdb,
              what + " of a registrant");
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void theHolderIsNotKeptOut(CommandSpec row) {
    for (ReservationType type : ReservationType.values()) {
      RowReservationsTest fresh = new RowReservationsTest();
      fresh.reserve(type);
      for (byte[] cdb : cdbs(row)) {
        if (row.reservation().classOf(new Cdb(cdb)) != ReservationClass.JUDGED_BY_ENGINE) {
          fresh.assertConflict(false, fresh.holder, cdb, row.name() + " under " + type);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void aReservationOfSpc2KeepsOutWhomTheRowSays(CommandSpec row) {
    bench.send(holder, 0, Bench.cdb("16 00 00 00 00 00"), new byte[0]).good();
    for (byte[] cdb : cdbs(row)) {
      ReservationClass kind = row.reservation().classOf(new Cdb(cdb));
      if (kind != ReservationClass.JUDGED_BY_ENGINE) {
        assertConflict(!kind.isAllowedToOthersUnderLegacy(), bench.nexus, cdb, row.name());
        assertConflict(!kind.isAllowedToLegacyHolder(), holder, cdb, row.name() + " of the holder");
      }
    }
  }

  /** The engine's own tests judge the senders; here, that none of them gets past it. */
  @ParameterizedTest
  @FieldSource("ALL")
  void whatTheEngineJudgesChangesNoReservationForAStranger(CommandSpec row) {
    if (row.reservation().classOf(new Cdb(RowsTest.valid(row)))
        != ReservationClass.JUDGED_BY_ENGINE) {
      return;
    }
    for (ReservationType type : ReservationType.values()) {
      RowReservationsTest fresh = new RowReservationsTest();
      fresh.reserve(type);
      ReservationState before = fresh.bench.unit.reservations();
      byte[] cdb = RowsTest.valid(row);
      byte[] list = new byte[0];
      if (ParameterLists.lengthField(row).isPresent()) {
        list = ParameterLists.of(row, 0).orElseThrow();
        cdb = ParameterLists.cdb(row, list.length);
        cdb[2] = (byte) type.code();
      }
      Outcome outcome = fresh.bench.send(fresh.bench.nexus, 0, cdb, list).outcome();
      // REGISTER of no key by one who has none changes nothing and is GOOD (SPC-4 table 50);
      // REGISTER AND MOVE is refused for its list already, which names nobody.
      String name = row.name();
      if (name.endsWith("MOVE")) {
        assertThat(outcome).as("%s under %s", name, type).isNotEqualTo(Outcome.GOOD);
      } else {
        assertThat(outcome)
            .as("%s under %s", name, type)
            .isEqualTo(name.contains("REGISTER") ? Outcome.GOOD : Outcome.RESERVATION_CONFLICT);
      }
      ReservationState after = fresh.bench.unit.reservations();
      assertThat(after.reservation()).isEqualTo(before.reservation());
      assertThat(after.registrations()).isEqualTo(before.registrations());
    }
  }
}
