package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.InitiatorNames;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.PortGroups;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Asymmetric access, told and set. The bench's own port is relative port 7 of group 2.
 *
 * <p>Seen to fail: without the look at {@code IN_STANDBY} in {@code PortGroups.refusal}, REPORT
 * TARGET PORT GROUPS through a standby port; with {@code tellAll} for {@code tellOthers}, the
 * sender.
 */
class PortGroupsTest {
  private static final String REPORT = "a30a 00000000 %08x 0000";
  private static final TargetPort SECOND = new TargetPort("iqn.2026-11.org.holdfast:bench", 3, 1);
  private static final TargetPort THIRD = new TargetPort("iqn.2026-11.org.holdfast:more", 2, 9);

  private final Bench bench = new Bench();

  private byte[] report() {
    return bench.send(String.format(REPORT, 0xFFFF)).good();
  }

  private Bench.Result set(String list) {
    byte[] bytes = Bench.cdb(list);
    return bench.send(Bench.cdb(String.format("a40a 00000000 %08x 0000", bytes.length)), bytes);
  }

  @Test
  void groupsAndTheirPortsInBothFormats() {
    bench.unit.exposeAt(Bench.PORT, InitiatorNames.NONE);
    bench.unit.exposeAt(SECOND, InitiatorNames.NONE);
    bench.unit.exposeAt(THIRD, InitiatorNames.NONE);
    String groups = "00 0f 0002 00 00 00 02 00000007 00000009" + "00 0f 0003 00 00 00 01 00000001";
    byte[] all = Bench.cdb("0000001c" + groups);
    assertThat(report()).isEqualTo(all);
    assertThat(bench.send("a32a 00000000 0000ffff 0000").good())
        .isEqualTo(Bench.cdb("00000020 10000000" + groups));
    for (int length = 0; length <= all.length; length++) {
      assertThat(bench.send(String.format(REPORT, length)).good())
          .isEqualTo(Arrays.copyOf(all, length));
    }
    assertThat(bench.send("a34a 00000000 0000ffff 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(1, 7));
  }

  @Test
  void aStandbyPortCarriesOutOnlyWhatItHasTo() {
    ItNexus other = bench.another();
    set("00000000 02 00 0002").good();
    assertThat(report()).isEqualTo(Bench.cdb("0000000c 02 0f 0002 00 01 00 01 00000007"));
    assertThat(bench.attention(other)).isEqualTo(SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    assertThat(bench.attention(bench.nexus)).isNull();
    Sense standby =
        Sense.of(
            SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_ACCESSIBLE_TARGET_PORT_IN_STANDBY_STATE);
    assertThat(bench.send("000000000000").sense()).isEqualTo(standby);
    assertThat(bench.send("2800 00000000 00 0001 00").sense()).isEqualTo(standby);
    for (String allowed :
        new String[] {
          "120000000000",
          "1a083f00ff00",
          "5e000000000000ffff00",
          "a00000000000000000ff0000",
          "030000000000",
          "4d004000000000ffff00"
        }) {
      assertThat(bench.send(allowed).outcome()).as(allowed).isEqualTo(Outcome.GOOD);
    }
    set("00000000 00 00 0002").good();
    assertThat(bench.send("000000000000").outcome()).isEqualTo(Outcome.GOOD);
  }

  @Test
  void anUnavailablePortStillTellsOfItself() {
    set("00000000 03 00 0002").good();
    Sense unavailable =
        Sense.of(
            SenseKey.NOT_READY,
            SenseCode.LOGICAL_UNIT_NOT_ACCESSIBLE_TARGET_PORT_IN_UNAVAILABLE_STATE);
    assertThat(bench.send("1a083f00ff00").sense()).isEqualTo(unavailable);
    assertThat(bench.send("5e000000000000ffff00").sense()).isEqualTo(unavailable);
    assertThat(bench.send("120000000000").outcome()).isEqualTo(Outcome.GOOD);
    assertThat(report()[4]).isEqualTo((byte) 0x03);
  }

  @Test
  void theAdministratorsChangeIsToldToEverybody() {
    ItNexus other = bench.another();
    bench.unit.portGroupState(2, PortGroups.State.ACTIVE_NON_OPTIMIZED);
    assertThat(bench.attention(other)).isEqualTo(SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    assertThat(bench.attention(bench.nexus)).isEqualTo(SenseCode.ASYMMETRIC_ACCESS_STATE_CHANGED);
    assertThat(report()).containsSequence(0x01, 0x0F, 0, 2, 0, 2, 0, 1);
    assertThat(bench.send("000000000000").outcome()).isEqualTo(Outcome.GOOD);
    bench.unit.portGroupState(2, PortGroups.State.ACTIVE_NON_OPTIMIZED);
    assertThat(bench.attention(other)).as("no change").isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "00000000 04 00 0002, 4, 3",
    "00000000 0f 00 0002, 4, 3",
    "00000000 00 00 0001, 6, -1",
    "00000000 02 00 0002 02 00 0005, 10, -1",
  })
  void whatDoesNotFitIsRefusedAndNothingChanges(String list, int at, int bit) {
    assertThat(set(list).sense()).isEqualTo(Sense.invalidFieldInParameterList(at, bit));
    assertThat(report()[4]).isZero();
  }

  @ParameterizedTest
  @CsvSource({"00", "000000", "0000000002", "0000000002000002 00"})
  void aListOfTheWrongLengthIsRefused(String list) {
    assertThat(set(list).sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
  }

  @Test
  void noListChangesNothing() {
    assertThat(set("").outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send("a40a 00000000 ffffffff 0000").sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
  }
}
