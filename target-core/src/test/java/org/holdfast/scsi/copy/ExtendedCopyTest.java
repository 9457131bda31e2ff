package org.holdfast.scsi.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.copy.CopyBench.A;
import static org.holdfast.scsi.copy.CopyBench.list;
import static org.holdfast.scsi.copy.CopyBench.segment;
import static org.holdfast.scsi.copy.CopyBench.target;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedCopyTest {
  /** More than one buffer, and no multiple of it. */
  private static final int LONG = 5000;

  private final CopyBench bench = new CopyBench();

  @BeforeEach
  void fill() {
    bench.deviceA.fill(1);
    bench.deviceB.fill(100);
  }

  private CopyBench.Result copyWithin(int blocks, long from, long to) {
    return bench.extendedCopy(
        list(List.of(target(bench.a)), List.of(segment(0, 0, blocks, from, to))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksAreCopiedToAnotherUnit(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceB.copiesByItself();
    }
    byte[] before = bench.deviceB.blocks(0, 100);
    bench.copyToB(bench.nexus, LONG, 10, 100).good();
    assertThat(bench.deviceB.blocks(100, LONG)).isEqualTo(bench.deviceA.blocks(10, LONG));
    assertThat(bench.deviceB.blocks(0, 100)).isEqualTo(before);
    assertThat(bench.deviceB.requests().stream().anyMatch(IoRequest.Write.class::isInstance))
        .as("through this process")
        .isNotEqualTo(byTheDevice);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksAreCopiedWithinAUnit(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceA.copiesByItself();
    }
    byte[] source = bench.deviceA.blocks(0, 3000);
    copyWithin(3000, 0, 4000).good();
    assertThat(bench.deviceA.blocks(4000, 3000)).isEqualTo(source);
    assertThat(bench.deviceA.requests().stream().anyMatch(IoRequest.Write.class::isInstance))
        .isNotEqualTo(byTheDevice);
  }

  @ParameterizedTest
  @CsvSource({"0, 7", "7, 0", "0, 2100", "2100, 0"})
  void overlappingRangesAreCopiedAsIfThereWereRoomForBoth(int from, int to) {
    byte[] source = bench.deviceA.blocks(from, LONG);
    bench.deviceA.copiesByItself();
    copyWithin(LONG, from, to).good();
    assertThat(bench.deviceA.blocks(to, LONG)).isEqualTo(source);
  }

  @Test
  void segmentsAreCopiedInTheirOrder() {
    byte[] list =
        list(
            List.of(target(bench.a), target(bench.b)),
            List.of(segment(0, 1, 2, 0, 50), segment(1, 0, 2, 50, 60), segment(1, 1, 0, 0, 0)));
    bench.extendedCopy(list).good();
    assertThat(bench.deviceB.blocks(50, 2)).isEqualTo(bench.deviceA.blocks(0, 2));
    assertThat(bench.deviceA.blocks(60, 2)).isEqualTo(bench.deviceA.blocks(0, 2));
    // RECEIVE COPY STATUS(LID1): completed without errors, three segments, 2048 bytes.
    assertThat(
            HexFormat.of().formatHex(bench.send(A, "8400 05 00000000000000 00000100 0000").good()))
        .isEqualTo("00000008" + "01" + "0003" + "00" + "00000800");
  }

  @Test
  void bytesWithOffsetAreCopied() {
    ByteBuffer segment =
        ByteBuffer.allocate(32).put((byte) 0x0A).put((byte) 0).putShort((short) 28);
    segment.putShort((short) 0).putShort((short) 1).putInt(3 * 512);
    segment.putLong(4).putLong(20).putShort((short) 1024).putShort((short) 512);
    bench
        .extendedCopy(list(List.of(target(bench.a), target(bench.b)), List.of(segment.array())))
        .good();
    assertThat(bench.deviceB.blocks(21, 3)).isEqualTo(bench.deviceA.blocks(6, 3));
  }

  @Test
  void dcCountsBlocksOfTheDestination() {
    CopyBench mixed = new CopyBench(new CopyDevice(512, 256), new CopyDevice(4096, 64));
    mixed.deviceA.fill(3);
    byte[] segment = segment(0, 1, 2, 8, 5);
    segment[1] = 0x02;
    mixed.extendedCopy(list(List.of(target(mixed.a), target(mixed.b)), List.of(segment))).good();
    assertThat(mixed.deviceB.blocks(5, 2)).isEqualTo(mixed.deviceA.blocks(8, 16));
    segment[1] = 0;
    assertThat(
            mixed
                .extendedCopy(list(List.of(target(mixed.a), target(mixed.b)), List.of(segment)))
                .sense())
        .as("two blocks of 512 bytes are no block of 4096")
        .isEqualTo(Sense.copyAborted(SenseCode.UNEXPECTED_INEXACT_SEGMENT, 0, 10));
  }

  @Test
  void anEmptyListCopiesNothing() {
    bench.send(A, "8300 0000000000000000 00000000 0000").good();
    bench.extendedCopy(list(List.of(), List.of())).good();
    assertThat(bench.deviceA.requests()).isEmpty();
  }

  private Sense refused(byte[] list) {
    Sense sense = bench.extendedCopy(list).sense();
    assertThat(bench.deviceB.requests()).isEmpty();
    return sense;
  }

  private static byte[] with(byte[] list, int at, int value) {
    list[at] = (byte) value;
    return list;
  }

  private byte[] good() {
    return list(List.of(target(bench.a), target(bench.b)), List.of(segment(0, 1, 1, 0, 0)));
  }

  @Test
  void aListThatIsCutShortIsALengthError() {
    Sense lengthError = Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    byte[] whole = good();
    for (int length : new int[] {1, 15, 16, 79, 80, whole.length - 1}) {
      assertThat(refused(Arrays.copyOf(whole, length)))
          .as("%d bytes", length)
          .isEqualTo(lengthError);
    }
    assertThat(refused(with(good(), 8, 0x80))).isEqualTo(lengthError);
    // What the initiator announces and does not send is missing, too.
    assertThat(
            bench
                .send(
                    bench.nexus,
                    A,
                    String.format("8300 0000000000000000 %08x 0000", whole.length),
                    Arrays.copyOf(whole, 40))
                .sense())
        .isEqualTo(lengthError);
    assertThat(bench.send(A, "8300 0000000000000000 ffffffff 0000").sense()).isEqualTo(lengthError);
  }

  @Test
  void tooManyDescriptorsAndUnknownOnesAreRefused() {
    byte[] target = target(bench.a);
    byte[] segment = segment(0, 0, 1, 0, 1);
    assertThat(refused(list(Collections.nCopies(17, target), List.of(segment))).code())
        .isEqualTo(SenseCode.TOO_MANY_TARGET_DESCRIPTORS);
    assertThat(refused(list(List.of(target), Collections.nCopies(17, segment))).code())
        .isEqualTo(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS);
    assertThat(
            refused(list(Collections.nCopies(17, target), Collections.nCopies(17, segment))).code())
        .as("longer than the longest descriptor list")
        .isEqualTo(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    assertThat(refused(with(good(), 16, 0xE0)).code())
        .isEqualTo(SenseCode.UNSUPPORTED_TARGET_DESCRIPTOR_TYPE_CODE);
    assertThat(refused(with(good(), 80, 0x03)).code())
        .isEqualTo(SenseCode.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE);
    byte[] inline = Arrays.copyOf(good(), good().length + 4);
    assertThat(refused(with(inline, 15, 4)).code())
        .isEqualTo(SenseCode.INLINE_DATA_LENGTH_EXCEEDED);
  }

  @Test
  void fieldsThatAreWrongArePointedAt() {
    assertThat(refused(with(good(), 1, 0x08)))
        .as("LIST ID USAGE 01b")
        .isEqualTo(Sense.invalidFieldInParameterList(1, 4));
    assertThat(refused(with(good(), 1, 0x18)))
        .as("LIST ID USAGE 11b with an identifier")
        .isEqualTo(Sense.invalidFieldInParameterList(0, 7));
    assertThat(refused(with(good(), 17, 0x20)))
        .as("NUL")
        .isEqualTo(Sense.invalidFieldInParameterList(17, 5));
    assertThat(refused(with(good(), 83, 0x17)))
        .as("DESCRIPTOR LENGTH of the segment")
        .isEqualTo(Sense.invalidFieldInParameterList(82, 7));
    assertThat(bench.send(A, "8300 0100000000000000 00000000 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 0));
  }

  @Test
  void luIdTypeIsIgnored() {
    bench.extendedCopy(with(good(), 17, 0xC0)).good();
  }

  @Test
  void whatASegmentNamesIsJudgedInItsTurn() {
    byte[] far = segment(0, 1, 2, 0, 8191);
    byte[] list =
        list(List.of(target(bench.a), target(bench.b)), List.of(segment(0, 1, 1, 3, 3), far));
    Sense sense = bench.extendedCopy(list).sense();
    assertThat(sense.key()).isEqualTo(SenseKey.COPY_ABORTED);
    assertThat(bench.deviceB.blocks(3, 1)).isEqualTo(bench.deviceA.blocks(3, 1));
    byte[] encoded = sense.encode();
    // COMMAND-SPECIFIC INFORMATION: the destination's status is at byte 18, it was segment 1.
    assertThat(HexFormat.of().formatHex(encoded, 8, 12)).isEqualTo("00120001");
    // SKSV and SD, and a pointer to the LOGICAL BLOCK ADDRESS in the segment descriptor.
    assertThat(HexFormat.of().formatHex(encoded, 15, 18)).isEqualTo("a00014");
    assertThat(encoded[18]).as("CHECK CONDITION").isEqualTo((byte) 0x02);
    assertThat(HexFormat.of().formatHex(encoded, 19 + 12, 19 + 14)).isEqualTo("2100");
    // RECEIVE COPY FAILURE DETAILS(LID1) has the same sense data.
    byte[] details = bench.send(A, "8404 05 00000000000000 00000100 0000").good();
    assertThat(details[56]).isEqualTo((byte) 0x02);
    assertThat(Arrays.copyOfRange(details, 60, details.length)).isEqualTo(encoded);
    assertThat(
            HexFormat.of().formatHex(bench.send(A, "8400 05 00000000000000 00000100 0000").good()))
        .isEqualTo("00000008" + "02" + "0001" + "00" + "00000200");
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffffffffffff, 0",
    "2000, 0",
    "1fff, 0",
    "0, ffffffffffffffff",
    "0, 7fffffffffffffff"
  })
  void rangesBeyondTheEndAreRefused(String from, String to) {
    Sense sense =
        bench
            .copyToB(
                bench.nexus, 2, Long.parseUnsignedLong(from, 16), Long.parseUnsignedLong(to, 16))
            .sense();
    assertThat(sense.key()).isEqualTo(SenseKey.COPY_ABORTED);
    assertThat(sense.code()).isEqualTo(SenseCode.NO_ADDITIONAL_SENSE_INFORMATION);
    assertThat(bench.deviceB.requests()).isEmpty();
  }

  @Test
  void unitsThatCannotBeReachedEndTheCopy() {
    byte[] stranger = with(target(bench.b), 20, 0x77);
    byte[] tape = with(target(bench.b), 1, 0x01);
    byte[] otherBlocks = with(target(bench.b), 30, 0x10);
    SenseCode[] codes = {
      SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE,
      SenseCode.INCORRECT_COPY_TARGET_DEVICE_TYPE,
      SenseCode.INVALID_FIELD_IN_PARAMETER_LIST
    };
    byte[][] targets = {stranger, tape, otherBlocks};
    for (int i = 0; i < codes.length; i++) {
      assertThat(
              refused(list(List.of(target(bench.a), targets[i]), List.of(segment(0, 1, 1, 0, 0)))))
          .isEqualTo(Sense.copyAborted(codes[i], 0, 6));
      assertThat(
              refused(list(List.of(targets[i], target(bench.a)), List.of(segment(0, 1, 1, 0, 0)))))
          .isEqualTo(Sense.copyAborted(codes[i], 0, 4));
    }
    assertThat(refused(list(List.of(target(bench.a)), List.of(segment(0, 1, 1, 0, 0)))))
        .as("an index beyond the targets")
        .isEqualTo(Sense.copyAborted(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE, 0, 6));
    assertThat(refused(list(List.of(target(bench.a)), List.of(segment(1, 0, 1, 0, 0)))))
        .isEqualTo(Sense.copyAborted(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE, 0, 4));
  }

  @Test
  void anInitiatorThatDoesNotSeeAUnitCannotCopyToIt() {
    ItNexus onlyA = bench.login(Map.of(A, new LunMap.MappedLun(bench.a, false)));
    assertThat(bench.copyToB(onlyA, 1, 0, 0).sense())
        .isEqualTo(Sense.copyAborted(SenseCode.COPY_TARGET_DEVICE_NOT_REACHABLE, 0, 6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadOnlyMappingProtectsItsUnit(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceB.copiesByItself();
    }
    ItNexus reader =
        bench.login(
            Map.of(
                A, new LunMap.MappedLun(bench.a, false), 1, new LunMap.MappedLun(bench.b, true)));
    byte[] before = bench.deviceB.content().clone();
    Outcome protectedUnit =
        Outcome.check(Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED));
    assertThat(bench.copyToB(reader, 1, 0, 0).sense())
        .isEqualTo(Sense.copyAborted(0, protectedUnit, false));
    assertThat(bench.deviceB.content()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFaultOfTheDestinationIsForwarded(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceB.copiesByItself();
    }
    bench.deviceB.failNextWrite(DeviceFault.NO_SPACE, 0);
    Outcome full =
        Outcome.check(
            Sense.of(SenseKey.DATA_PROTECT, SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT));
    assertThat(bench.copyToB(bench.nexus, 1, 0, 0).sense())
        .isEqualTo(Sense.copyAborted(0, full, false));
  }

  @Test
  void aFullQueueIsLoadAndNotFailure() {
    bench.deviceB.copiesByItself();
    bench.deviceB.failNextWrite(DeviceFault.QUEUE_FULL, 0);
    assertThat(bench.copyToB(bench.nexus, 1, 0, 0).outcome()).isEqualTo(Outcome.TASK_SET_FULL);
    bench.copyToB(bench.nexus, 1, 0, 0).good();
  }

  @Test
  void operatingParametersAreWhatIsKeptTo() {
    byte[] answer = bench.send(A, "8403 0000000000000000 00000100 0000").good();
    assertThat(HexFormat.of().formatHex(answer))
        .isEqualTo(
            "0000002b"
                + "01000000"
                + "00100010"
                + "000003c0"
                + "10000000"
                + "00000000"
                + "00000000"
                + "00000000"
                + "0000"
                + "0010"
                + "10"
                + "09"
                + "00"
                + "00"
                + "000000"
                + "03"
                + "020ae4");
    assertThat(bench.send(A, "8403 0000000000000000 00000004 0000").good()).hasSize(4);
    assertThat(bench.send(A, "8403 0000000000000000 00000000 0000").good()).isEmpty();
  }

  @Test
  void unknownListIdentifiersAndServiceActionsAreRefused() {
    assertThat(bench.send(A, "8400 09 00000000000000 00000100 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
    assertThat(bench.send(A, "8404 09 00000000000000 00000100 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
    assertThat(bench.send(A, "8401 09 00000000000000 00000100 0000").sense())
        .as("RECEIVE COPY DATA: no segment of ours holds any")
        .isEqualTo(Sense.invalidFieldInCdb(1, 4));
    bench.copyToB(bench.nexus, 1, 0, 0).good();
    assertThat(bench.send(A, "8404 05 00000000000000 00000100 0000").sense())
        .as("nothing failed")
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
    bench.later(601);
    assertThat(bench.send(A, "8400 05 00000000000000 00000100 0000").sense())
        .as("results are held for a time")
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }

  @Test
  void resultsBelongToTheNexusThatAsked() {
    bench.copyToB(bench.nexus, 1, 0, 0).good();
    ItNexus other = bench.login();
    assertThat(bench.send(other, A, "8400 05 00000000000000 00000100 0000", new byte[0]).sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }

  @Test
  void aListIdentifierInUseIsRefusedAndCopiesAreBounded() {
    bench.deviceB.holdWrites();
    CopyBench.Result first = bench.copyToB(bench.nexus, 1, 0, 0);
    assertThat(first.ended()).isFalse();
    assertThat(bench.copyToB(bench.nexus, 1, 0, 0).sense().code())
        .isEqualTo(SenseCode.OPERATION_IN_PROGRESS);
    byte[] unnamed = good();
    unnamed[0] = 0;
    unnamed[1] = 0x18;
    for (int i = 1; i < CopyLimits.CONCURRENT; i++) {
      assertThat(bench.extendedCopy(unnamed).ended()).isFalse();
    }
    assertThat(bench.extendedCopy(unnamed).outcome()).isEqualTo(Outcome.BUSY);
    while (bench.deviceB.release()) {}
    first.good();
    bench.extendedCopy(unnamed);
    assertThat(bench.deviceB.held()).isEqualTo(1);
  }
}
