package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.TaskAttribute;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MODE SELECT and what the selected values do.
 *
 * <p>Seen to fail: with {@code canSave} always true, saving without a store; with the waiting for
 * cached writes left out of {@code UnitDevice.cacheOff}, the write that was on its way; with {@code
 * submitStable} left out, the write after it.
 */
class ModeSelectTest {
  private static final String HEADER_6 = "00 00 00 00";
  private static final String CONTROL = "0a 0a 00 10 00 00 0000 0000 0000";
  private static final String CONTROL_SWP = "0a 0a 00 10 08 00 0000 0000 0000";
  private static final String CONTROL_D_SENSE = "0a 0a 04 10 00 00 0000 0000 0000";
  private static final String CACHING = "08 12 00" + "00".repeat(17);
  private static final String CACHING_WCE = "08 12 04" + "00".repeat(17);

  private final MemorySettings settings = new MemorySettings();
  private final MemoryDevice device = MemoryDevice.ofBlocks(64);
  private final Bench bench = new Bench(device, UnitOptions.FIXED_DISK, settings);

  private static Bench.Result select(Bench on, boolean save, String list) {
    byte[] bytes = Bench.cdb(list);
    String cdb = String.format("15 %02x 0000 %02x 00", save ? 0x11 : 0x10, bytes.length);
    return on.send(Bench.cdb(cdb), bytes);
  }

  private Bench.Result select(String list) {
    return select(bench, false, list);
  }

  /** The page with the header's four bytes taken off. */
  private static String page(Bench on, int control, int code) {
    byte[] all = on.send(String.format("1a08 %02x 00 ff 00", control << 6 | code)).good();
    return HexFormat.of().formatHex(all, 4, all.length);
  }

  private static String saved(String page) {
    String hex = page.replace(" ", "");
    return String.format("%02x", Integer.parseInt(hex.substring(0, 2), 16) | 0x80)
        + hex.substring(2);
  }

  private static MemoryDevice writeBack() {
    return new MemoryDevice(new DeviceProfile(512, 64, 0, true, false, false));
  }

  @Test
  void softwareWriteProtectRefusesWritesAndIsSeenInTheHeader() {
    assertThat(page(bench, 1, 0x0A)).isEqualTo(saved("0a 0a 04 00 08 00 0000 0000 0000"));
    assertThat(select(HEADER_6 + CONTROL_SWP).outcome()).isEqualTo(Outcome.GOOD);
    assertThat(page(bench, 0, 0x0A)).isEqualTo(saved(CONTROL_SWP));
    assertThat(page(bench, 2, 0x0A)).as("default").isEqualTo(saved(CONTROL));
    assertThat(bench.send("1a080a00ff00").good()[2]).isEqualTo((byte) 0x90);
    assertThat(bench.send(Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).sense())
        .isEqualTo(
            Sense.of(SenseKey.DATA_PROTECT, SenseCode.LOGICAL_UNIT_SOFTWARE_WRITE_PROTECTED));
    assertThat(bench.send("2800 00000000 00 0001 00").good()).hasSize(512);
    assertThat(select(HEADER_6 + CONTROL).outcome()).isEqualTo(Outcome.GOOD);
    bench.send(Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).good();
  }

  @Test
  void descriptorSenseChangesTheFormatOfSenseData() {
    ScsiTask task =
        new ScsiTask(
            bench.nexus,
            0,
            99,
            new Cdb(Bench.cdb("2800 ffffffff 00 0001 00")),
            TaskAttribute.SIMPLE,
            HeapDataBuffer::new,
            _ -> {});
    Sense sense = Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
    assertThat(task.senseData(sense)).as("no unit yet").startsWith(0x70);
    bench.prepare(task);
    assertThat(task.senseData(sense)).startsWith(0x70);
    select(HEADER_6 + CONTROL_D_SENSE).good();
    assertThat(task.senseData(sense)).isEqualTo(sense.encodeDescriptors());
  }

  @Test
  void theOthersHearOfAChangeAndNobodyOfNone() {
    ItNexus other = bench.another();
    select(HEADER_6 + CONTROL).good();
    assertThat(bench.attention(other)).isNull();
    select(HEADER_6 + CONTROL_SWP).good();
    assertThat(bench.attention(other)).isEqualTo(SenseCode.MODE_PARAMETERS_CHANGED);
    assertThat(bench.attention(bench.nexus)).isNull();
  }

  @Test
  void savedValuesOutliveTheUnitAndOthersDoNot() {
    select(bench, true, HEADER_6 + CONTROL_SWP).good();
    select(HEADER_6 + CONTROL_D_SENSE).good();
    assertThat(page(bench, 3, 0x0A)).isEqualTo(saved(CONTROL_SWP));
    Bench next = new Bench(MemoryDevice.ofBlocks(64), UnitOptions.FIXED_DISK, settings.copy());
    assertThat(page(next, 0, 0x0A)).isEqualTo(saved(CONTROL_SWP));
    assertThat(settings.commits()).isEqualTo(1);
  }

  @Test
  void whatCannotBeSavedIsNotChanged() {
    settings.fail("disk full");
    ItNexus other = bench.another();
    assertThat(select(bench, true, HEADER_6 + CONTROL_SWP).sense())
        .isEqualTo(Sense.of(SenseKey.HARDWARE_ERROR, SenseCode.INTERNAL_TARGET_FAILURE));
    assertThat(page(bench, 0, 0x0A)).isEqualTo(saved(CONTROL));
    assertThat(bench.attention(other)).isNull();
  }

  @Test
  void savingIsRefusedWhereNothingIsKept() {
    Bench without = new Bench();
    assertThat(select(without, true, HEADER_6 + CONTROL_SWP).sense())
        .isEqualTo(Sense.invalidFieldInCdb(1, 0));
    assertThat(without.send("1a08 ca 00 ff 00").sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.SAVING_PARAMETERS_NOT_SUPPORTED));
    assertThat(page(without, 0, 0x0A)).as("PS").startsWith("0a");
  }

  @Test
  void settingsThatCannotBeReadMakeTheUnitNotReady() {
    Bench damaged =
        new Bench(MemoryDevice.ofBlocks(64), UnitOptions.FIXED_DISK, MemorySettings.unreadable());
    Sense notReady =
        Sense.of(SenseKey.NOT_READY, SenseCode.LOGICAL_UNIT_NOT_READY_CAUSE_NOT_REPORTABLE);
    assertThat(damaged.send("000000000000").sense()).isEqualTo(notReady);
    assertThat(damaged.send(Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).sense())
        .isEqualTo(notReady);
    assertThat(damaged.send("1200 0000 ff00").good()).hasSize(96);
    assertThat(select(damaged, true, HEADER_6 + CONTROL_SWP).sense())
        .isEqualTo(Sense.invalidFieldInCdb(1, 0));
  }

  @Test
  void aListIsDoneWholeOrNotAtAll() {
    assertThat(select(HEADER_6 + CONTROL_SWP + CACHING_WCE).sense())
        .as("this device has no write cache")
        .isEqualTo(Sense.invalidFieldInParameterList(4 + 12 + 2, 2));
    assertThat(page(bench, 0, 0x0A)).isEqualTo(saved(CONTROL));
    select(HEADER_6 + CONTROL_SWP + CACHING).good();
    assertThat(page(bench, 0, 0x0A)).isEqualTo(saved(CONTROL_SWP));
  }

  @ParameterizedTest
  @CsvSource({
    // medium type, then block descriptor length
    "00 01 00 00, 1, -1",
    "00 00 00 04, 3, -1",
    "00 00 00 10, 3, -1",
    // blocks and block length of the descriptor
    "00 00 00 08 00000041 00000200, 4, -1",
    "00 00 00 08 00000040 00001000, 9, -1",
    // unknown page, subpage format, page length, a bit that cannot change
    "00 00 00 00 02 0a 00000000000000000000, 4, 5",
    "00 00 00 00 4a 01 0000 00000000, 4, 6",
    "00 00 00 00 0a 08 0010000000000000, 5, -1",
    "00 00 00 00 0a 0a 00 10 00 40 0000 0000 0000, 9, 6",
    "00 00 00 00 0a 0a 00 00 00 00 0000 0000 0000, 7, 4",
    "00 00 00 00 01 0a 80000000000000000000, 6, 7",
  })
  void whatDoesNotFitIsRefusedWithAPointer(String list, int at, int bit) {
    assertThat(select(list).sense()).isEqualTo(Sense.invalidFieldInParameterList(at, bit));
  }

  @ParameterizedTest
  @CsvSource({"00", "000000", "00000008 0000", "00000000 0a", "00000000 0a0a 0010"})
  void aTruncatedListIsALengthError(String list) {
    assertThat(select(list).sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
  }

  @Test
  void lessDataThanAnnouncedIsALengthErrorAndNoDataIsGood() {
    assertThat(bench.send(Bench.cdb("1510 0000 20 00"), Bench.cdb(HEADER_6 + CONTROL_SWP)).sense())
        .isEqualTo(Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR));
    assertThat(bench.send("1510 0000 00 00").outcome()).isEqualTo(Outcome.GOOD);
    assertThat(bench.send(Bench.cdb("1500 0000 04 00"), new byte[4]).sense())
        .as("PF = 0")
        .isEqualTo(Sense.invalidFieldInCdb(1, 4));
    assertThat(bench.send("1512 0000 00 00").sense())
        .as("RTD")
        .isEqualTo(Sense.invalidFieldInCdb(1, 1));
  }

  @Test
  void theTenByteFormTakesEitherBlockDescriptor() {
    String shortLba = "0000 00 00 00 00 0008 00000040 00000200";
    String longLba = "0000 00 00 01 00 0010 0000000000000040 00000000 00000200";
    for (String head : List.of("0000 00 00 00 00 0000", shortLba, longLba)) {
      byte[] list = Bench.cdb(head + CONTROL_SWP);
      String cdb = String.format("5510 0000000000 %04x 00", list.length);
      bench.send(Bench.cdb(cdb), list).good();
      assertThat(page(bench, 0, 0x0A)).isEqualTo(saved(CONTROL_SWP));
      select(HEADER_6 + CONTROL).good();
    }
    byte[] wrong = Bench.cdb("0000 00 00 01 00 0008 00000040 00000200");
    assertThat(bench.send(Bench.cdb("5510 0000000000 0010 00"), wrong).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(6, -1));
  }

  @Test
  void aCacheThatIsSwitchedOffLeavesNothingBehind() {
    MemoryDevice cached = writeBack();
    Bench on = new Bench(cached, UnitOptions.FIXED_DISK, settings);
    assertThat(page(on, 0, 0x08)).isEqualTo(saved(CACHING_WCE));
    assertThat(page(on, 1, 0x08)).isEqualTo(saved(CACHING_WCE));
    cached.hold();
    Bench.Result write = on.send(Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]);
    Bench.Result select = select(on, false, HEADER_6 + CACHING);
    assertThat(select.ends()).as("a write is on its way into the cache").isZero();
    assertThat(cached.requests()).hasSize(1);
    cached.release();
    write.good();
    assertThat(cached.requests().getLast()).isEqualTo(new IoRequest.Flush());
    assertThat(select.ends()).isZero();
    cached.release();
    select.good();
    assertThat(page(on, 0, 0x08)).isEqualTo(saved(CACHING));

    on.send(Bench.cdb("2a00 00000001 00 0001 00"), new byte[512]);
    assertThat(((IoRequest.Write) cached.requests().getLast()).fua()).isTrue();
    cached.release();
    select(on, false, HEADER_6 + CACHING_WCE).good();
    on.send(Bench.cdb("2a00 00000001 00 0001 00"), new byte[512]);
    assertThat(((IoRequest.Write) cached.requests().getLast()).fua()).isFalse();
  }

  @Test
  void aCacheThatCannotBeEmptiedStaysOn() {
    MemoryDevice cached = writeBack();
    Bench on = new Bench(cached, UnitOptions.FIXED_DISK, settings);
    cached.failNext(DeviceFault.WRITE_ERROR, 0);
    assertThat(select(on, true, HEADER_6 + CACHING).sense().key()).isEqualTo(SenseKey.MEDIUM_ERROR);
    assertThat(page(on, 0, 0x08)).isEqualTo(saved(CACHING_WCE));
    assertThat(settings.commits()).isZero();
  }

  @Test
  void aReaderOfAReadOnlyMappingIsNotToldOfSoftwareProtection() {
    select(HEADER_6 + CONTROL_SWP).good();
    ItNexus reader = bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, true))));
    bench.unit.takeUnitAttention(reader);
    assertThat(bench.send(reader, 0, Bench.cdb("2a00 00000000 00 0001 00"), new byte[512]).sense())
        .isEqualTo(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
  }
}
