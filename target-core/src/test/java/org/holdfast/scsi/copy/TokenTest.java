package org.holdfast.scsi.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.scsi.copy.CopyBench.A;
import static org.holdfast.scsi.copy.CopyBench.B;
import static org.holdfast.scsi.copy.CopyBench.populateList;
import static org.holdfast.scsi.copy.CopyBench.writeList;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.holdfast.scsi.TaskManagementFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Copies by token as Windows makes them: POPULATE TOKEN, then WRITE USING TOKEN, asking after each.
 *
 * <p>Seen to fail: without the wait in {@code RodTokens.whenStable} {@code
 * aWriteInFlightIsWaitedForBeforeThereIsAToken}; without the look at the token in {@code
 * WriteUsingToken.Run.stop} {@code aWriteWhileTheTokenIsReadEndsTheCopy}.
 */
class TokenTest {
  private static final int DEL_TKN = 2;
  private static final int IMMED = 1;

  private final CopyBench bench = new CopyBench();

  @BeforeEach
  void fill() {
    bench.deviceA.fill(1);
    bench.deviceB.fill(100);
  }

  private static long[] range(long lba, long blocks) {
    return new long[] {lba, blocks};
  }

  private static Sense token(SenseCode code) {
    return Sense.illegalRequest(code);
  }

  private static byte[] zeroToken() {
    return ByteBuffer.allocate(512).putInt(0xFFFF_0001).putShort(6, (short) 0x1F8).array();
  }

  @Test
  void theAnswersAreByteExact() {
    bench
        .populate(bench.nexus, A, 0x11223344, populateList(0, 0, 0, range(8, 3), range(100, 2)))
        .good();
    byte[] answer = bench.information(bench.nexus, A, 0x11223344).good();
    assertThat(answer).hasSize(32 + 4 + 2 + 512);
    assertThat(HexFormat.of().formatHex(answer, 0, 38))
        .isEqualTo(
            "00000222" // AVAILABLE DATA
                + "10" // RESPONSE TO SERVICE ACTION
                + "01" // completed without errors
                + "0002" // OPERATION COUNTER
                + "00000000" // ESTIMATED STATUS UPDATE DELAY
                + "00" // EXTENDED COPY COMPLETION STATUS: GOOD
                + "00"
                + "00" // no sense data
                + "f1" // logical blocks
                + "0000000000000005" // TRANSFER COUNT
                + "0000"
                + "000000000000"
                + "00000202" // ROD TOKEN DESCRIPTORS LENGTH
                + "0000");
    byte[] token = Arrays.copyOfRange(answer, 38, answer.length);
    assertThat(HexFormat.of().formatHex(token, 0, 8)).isEqualTo("00800001" + "0000" + "01f8");
    assertThat(HexFormat.of().formatHex(token, 16, 48))
        .as("the unit that made it")
        .isEqualTo("e4000000" + "01030010" + "6" + "0".repeat(30) + "a" + "00000000" + "00000200");
    assertThat(HexFormat.of().formatHex(token, 48, 64))
        .as("bytes represented")
        .isEqualTo("00000000000000000000000000000a00");

    bench.writeUsing(bench.nexus, B, 7, writeList(0, 0, token, range(50, 4), range(70, 1))).good();
    assertThat(bench.deviceB.blocks(50, 3)).isEqualTo(bench.deviceA.blocks(8, 3));
    assertThat(bench.deviceB.blocks(53, 1)).isEqualTo(bench.deviceA.blocks(100, 1));
    assertThat(bench.deviceB.blocks(70, 1)).isEqualTo(bench.deviceA.blocks(101, 1));
    byte[] written = bench.information(bench.nexus, B, 7).good();
    assertThat(written).hasSize(36);
    assertThat(HexFormat.of().formatHex(written, 0, 6)).isEqualTo("00000020" + "11" + "01");
    assertThat(HexFormat.of().formatHex(written, 8, 24))
        .isEqualTo("00000000" + "000000f1" + "0000000000000005");
    assertThat(HexFormat.of().formatHex(written, 24, 36)).isEqualTo("0".repeat(24));
    assertThat(bench.send(B, "8407 00000007 00000000 00000006 0000").good()).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTokenIsUsedInParts(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceB.copiesByItself();
    }
    byte[] token = bench.token(range(0, 4000));
    for (long at = 0; at < 4000; at += 1000) {
      byte[] list = writeList(0, at, token, range(2000 + at, 1000));
      bench.writeUsing(bench.nexus, B, 9, list).good();
    }
    assertThat(bench.deviceB.blocks(2000, 4000)).isEqualTo(bench.deviceA.blocks(0, 4000));
  }

  @Test
  void anotherInitiatorUsesTheToken() {
    byte[] token = bench.token(range(0, 4));
    ItNexus other = bench.login();
    bench.writeUsing(other, B, 1, writeList(0, 0, token, range(0, 4))).good();
    assertThat(bench.deviceB.blocks(0, 4)).isEqualTo(bench.deviceA.blocks(0, 4));
    ItNexus onlyB = bench.login(Map.of(B, new LunMap.MappedLun(bench.b, false)));
    assertThat(bench.writeUsing(onlyB, B, 1, writeList(0, 0, token, range(0, 4))).sense())
        .as("it does not see the unit that the data comes from")
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN));
  }

  @Test
  void moreRoomThanDataIsFilledAsFarAsItGoes() {
    byte[] token = bench.token(range(0, 4));
    byte[] before = bench.deviceB.blocks(2, 1);
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 2, token, range(0, 3))).good();
    assertThat(bench.deviceB.blocks(0, 2)).isEqualTo(bench.deviceA.blocks(2, 2));
    assertThat(bench.deviceB.blocks(2, 1)).isEqualTo(before);
    byte[] answer = bench.information(bench.nexus, B, 2).good();
    assertThat(answer[5]).as("partial").isEqualTo((byte) 0x03);
    assertThat(ByteBuffer.wrap(answer).getLong(16)).isEqualTo(2);
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 4, token, range(0, 1))).sense())
        .as("an offset behind the data")
        .isEqualTo(Sense.invalidFieldInParameterList(8, 7));
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, -1, token, range(0, 1))).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(8, 7));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theZeroTokenWritesZeros(boolean byTheDevice) {
    if (byTheDevice) {
      bench.deviceB.zeroesByItself();
    }
    byte[] after = bench.deviceB.blocks(3010, 1);
    bench.writeUsing(bench.nexus, B, 3, writeList(0, 0, zeroToken(), range(10, 3000))).good();
    assertThat(bench.deviceB.blocks(10, 3000)).containsOnly(0);
    assertThat(bench.deviceB.blocks(3010, 1)).isEqualTo(after);
    assertThat(bench.information(bench.nexus, B, 3).good()[5]).isEqualTo((byte) 0x01);
    assertThat(bench.deviceB.requests().stream().anyMatch(IoRequest.Write.class::isInstance))
        .isNotEqualTo(byTheDevice);
  }

  // ---- Tokens follow writes.

  @ParameterizedTest
  @CsvSource({"7, 1, false", "8, 1, true", "10, 1, true", "11, 1, false", "0, 64, true"})
  void aWriteToWhatItStandsForEndsAToken(int lba, int blocks, boolean ends) {
    byte[] token = bench.token(range(8, 3));
    bench.write(bench.login(), A, lba, blocks, 0x55).good();
    CopyBench.Result used =
        bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 3)));
    if (ends) {
      assertThat(used.sense()).isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_REVOKED));
    } else {
      used.good();
    }
  }

  @Test
  void writesElsewhereEndNoToken() {
    byte[] token = bench.token(range(8, 3));
    bench.write(bench.nexus, B, 8, 3, 0x55).good();
    bench.send(A, "2800 00000008 00 0003 00").good();
    bench.send(A, "3500 00000000 00 0000 00").good();
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 3))).good();
  }

  @Test
  void theWriteOfACopyEndsATokenToo() {
    byte[] token = bench.token(range(8, 3));
    byte[] other = bench.token(range(100, 3));
    bench.writeUsing(bench.nexus, A, 2, writeList(0, 0, other, range(8, 1))).good();
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 3))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_REVOKED));
  }

  @Test
  void copyingWithinAUnitByTheDeviceEndsOnlyTokensOfWhatIsWritten() {
    bench.deviceA.copiesByItself();
    byte[] source = bench.token(range(100, 3));
    byte[] destination = bench.token(range(200, 3));
    bench.writeUsing(bench.nexus, A, 2, writeList(0, 0, source, range(200, 3))).good();
    bench.writeUsing(bench.nexus, A, 2, writeList(0, 0, source, range(300, 3))).good();
    assertThat(bench.deviceA.blocks(300, 3)).isEqualTo(bench.deviceA.blocks(100, 3));
    assertThat(
            bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, destination, range(0, 3))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_REVOKED));
  }

  @Test
  void aWriteInFlightIsWaitedForBeforeThereIsAToken() {
    bench.deviceA.holdWrites();
    CopyBench.Result before = bench.write(bench.login(), A, 9, 1, 0x77);
    bench.write(bench.login(), A, 500, 1, 0x77);
    CopyBench.Result populate =
        bench.populate(bench.nexus, A, 1, populateList(0, 0, 0, range(8, 3)));
    assertThat(populate.ended()).as("the block may still change").isFalse();
    assertThat(bench.information(bench.nexus, A, 1).good()[5])
        .as("in progress, foreground")
        .isEqualTo((byte) 0x11);
    bench.deviceA.release();
    before.good();
    populate.good();
    byte[] answer = bench.information(bench.nexus, A, 1).good();
    byte[] token = Arrays.copyOfRange(answer, 38, answer.length);
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 3))).good();
    assertThat(bench.deviceB.blocks(1, 1)).containsOnly(0x77);
  }

  @Test
  void aWriteWhileTheTokenIsReadEndsTheCopy() {
    byte[] token = bench.token(range(0, 4096));
    byte[] before = bench.deviceB.blocks(0, 4096);
    ItNexus writer = bench.login();
    bench.deviceA.beforeReadEnds(() -> bench.write(writer, A, 3000, 1, 0x77).good());
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 4096))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_REVOKED));
    assertThat(bench.deviceB.blocks(0, 4096)).isEqualTo(before);
    byte[] answer = bench.information(bench.nexus, B, 2).good();
    assertThat(answer[5]).as("completed with errors").isEqualTo((byte) 0x02);
    assertThat(answer[12]).isEqualTo((byte) 0x02);
    assertThat(HexFormat.of().formatHex(answer, 32 + 12, 32 + 14)).isEqualTo("2306");
  }

  // ---- What is no token, or no longer one.

  @Test
  void whatIsNotATokenIsRefused() {
    byte[] good = bench.token(range(0, 4));
    record Case(int at, int value, SenseCode code) {}
    List<Case> cases =
        List.of(
            new Case(7, 0xF7, SenseCode.INVALID_TOKEN_OPERATION_INVALID_TOKEN_LENGTH),
            new Case(1, 0x81, SenseCode.INVALID_TOKEN_OPERATION_UNSUPPORTED_TOKEN_TYPE),
            new Case(24, 0x61, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN),
            new Case(128, good[128] ^ 1, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN),
            new Case(63, 0x10, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_CORRUPT),
            new Case(511, 0x01, SenseCode.INVALID_TOKEN_OPERATION_TOKEN_CORRUPT));
    for (Case each : cases) {
      byte[] bad = good.clone();
      bad[each.at()] = (byte) each.value();
      assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, bad, range(0, 1))).sense())
          .as(each.toString())
          .isEqualTo(token(each.code()));
    }
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, good, range(0, 1))).good();
  }

  @Test
  void tokensExpireWhenTheyAreNotUsed() {
    byte[] brief = tokenWithTimeout(10);
    bench.later(9);
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, brief, range(0, 1))).good();
    bench.later(9);
    bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, brief, range(0, 1))).good();
    bench.later(11);
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, brief, range(0, 1))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_EXPIRED));
    byte[] ordinary = bench.token(range(0, 1));
    bench.later(CopyLimits.DEFAULT_INACTIVITY + 1);
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, ordinary, range(0, 1))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_EXPIRED));
  }

  private byte[] tokenWithTimeout(int seconds) {
    bench.populate(bench.nexus, A, 1, populateList(0, seconds, 0, range(0, 4))).good();
    byte[] answer = bench.information(bench.nexus, A, 1).good();
    return Arrays.copyOfRange(answer, 38, 38 + 512);
  }

  @Test
  void aTokenIsDeletedWhenItsUserSaysSo() {
    byte[] token = bench.token(range(0, 4));
    bench.writeUsing(bench.nexus, B, 2, writeList(DEL_TKN, 0, token, range(0, 4))).good();
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 4))).sense())
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_DELETED));
  }

  @Test
  void tokensAreBoundedInNumber() {
    List<byte[]> tokens = new ArrayList<>();
    for (int i = 0; i < CopyLimits.TOKENS; i++) {
      tokens.add(bench.token(range(i, 1)));
    }
    assertThat(bench.populate(bench.nexus, A, 1, populateList(0, 0, 0, range(0, 1))).sense())
        .isEqualTo(token(SenseCode.INSUFFICIENT_RESOURCES_TO_CREATE_ROD_TOKEN));
    bench.write(bench.nexus, A, 0, 1, 0).good();
    bench.token(range(0, 1));
    bench.later(CopyLimits.DEFAULT_INACTIVITY + 1);
    for (int i = 0; i <= CopyLimits.DEAD_TOKENS; i++) {
      bench.token(range(5000, 1));
      bench.write(bench.nexus, A, 5000, 1, 0).good();
    }
    assertThat(
            bench
                .writeUsing(bench.nexus, B, 2, writeList(0, 0, tokens.get(1), range(0, 1)))
                .sense())
        .as("nobody remembers it")
        .isEqualTo(token(SenseCode.INVALID_TOKEN_OPERATION_TOKEN_UNKNOWN));
  }

  // ---- IMMED, aborts.

  @Test
  void immediateCommandsEndAtOnceAndCanBeAskedAbout() {
    byte[] token = bench.token(range(0, 4));
    bench.deviceB.holdWrites();
    bench.writeUsing(bench.nexus, B, 2, writeList(IMMED, 0, token, range(0, 4))).good();
    byte[] answer = bench.information(bench.nexus, B, 2).good();
    assertThat(answer[5]).as("in progress, background").isEqualTo((byte) 0x12);
    assertThat(ByteBuffer.wrap(answer).getInt(8)).as("ask again").isPositive();
    assertThat(bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 4))).sense())
        .as("the list identifier is in use")
        .isEqualTo(token(SenseCode.OPERATION_IN_PROGRESS));
    while (bench.deviceB.release()) {}
    assertThat(bench.information(bench.nexus, B, 2).good()[5]).isEqualTo((byte) 0x01);
    assertThat(bench.deviceB.blocks(0, 4)).isEqualTo(bench.deviceA.blocks(0, 4));
    bench.populate(bench.nexus, A, 4, populateList(IMMED, 0, 0, range(0, 4))).good();
    assertThat(bench.information(bench.nexus, A, 4).good()).hasSize(550);
  }

  @Test
  void theFailureOfAnImmediateCommandIsFoundInItsInformation() {
    byte[] token = bench.token(range(0, 4));
    bench.deviceB.copiesByItself();
    bench.deviceB.failNextWrite(DeviceFault.NO_SPACE, 0);
    bench.writeUsing(bench.nexus, B, 2, writeList(IMMED, 0, token, range(0, 4))).good();
    byte[] answer = bench.information(bench.nexus, B, 2).good();
    assertThat(answer[5]).isEqualTo((byte) 0x02);
    assertThat(HexFormat.of().formatHex(answer, 12, 16)).isEqualTo("021212f1");
    assertThat(HexFormat.of().formatHex(answer, 32 + 12, 32 + 14)).isEqualTo("2707");
  }

  @Test
  void copyOperationAbortEndsABackgroundCopy() {
    byte[] token = bench.token(range(0, 8000));
    bench.deviceB.holdWrites();
    bench.writeUsing(bench.nexus, B, 2, writeList(IMMED, 0, token, range(0, 8000))).good();
    bench.deviceB.release();
    CopyBench.Result abort = bench.send(B, "831c 00000002 0000000000000000 0000");
    assertThat(abort.ended()).isFalse();
    bench.deviceB.release();
    abort.good();
    assertThat(bench.deviceB.held()).isZero();
    assertThat(bench.information(bench.nexus, B, 2).good()[5]).isEqualTo((byte) 0x60);
    assertThat(bench.send(B, "831c 00000002 0000000000000000 0000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
  }

  @Test
  void aBackgroundCopyEndsWithItsNexus() {
    byte[] token = bench.token(range(0, 8000));
    ItNexus other = bench.login();
    bench.deviceB.holdWrites();
    bench.writeUsing(other, B, 2, writeList(IMMED, 0, token, range(0, 8000))).good();
    bench.deviceB.release();
    bench.logout(other);
    bench.deviceB.release();
    assertThat(bench.deviceB.held()).isZero();
  }

  @Test
  void abortTaskEndsWriteUsingToken() {
    byte[] token = bench.token(range(0, 8000));
    bench.deviceB.holdWrites();
    CopyBench.Result write =
        bench.writeUsing(bench.nexus, B, 2, writeList(0, 0, token, range(0, 8000)));
    bench.deviceB.release();
    bench.manage(bench.nexus, B, TaskManagementFunction.ABORT_TASK, write.tag());
    bench.deviceB.release();
    assertThat(write.outcome()).isEqualTo(Outcome.ABORTED);
    assertThat(bench.information(bench.nexus, B, 2).good()[5]).isEqualTo((byte) 0x60);
  }

  @Test
  void aReadOnlyMappingIsNotWritten() {
    byte[] token = bench.token(range(0, 4));
    ItNexus reader =
        bench.login(
            Map.of(
                A, new LunMap.MappedLun(bench.a, false), B, new LunMap.MappedLun(bench.b, true)));
    Sense refused = Sense.of(SenseKey.DATA_PROTECT, SenseCode.WRITE_PROTECTED);
    assertThat(bench.writeUsing(reader, B, 2, writeList(0, 0, token, range(0, 4))).sense())
        .isEqualTo(refused);
    assertThat(bench.writeUsing(reader, B, 2, writeList(0, 0, zeroToken(), range(0, 4))).sense())
        .isEqualTo(refused);
  }

  // ---- Parameter lists.

  private static byte[] with(byte[] list, int at, int value) {
    list[at] = (byte) value;
    return list;
  }

  @Test
  void populateTokenChecksItsList() {
    byte[] good = populateList(0, 0, 0, range(0, 4));
    Sense length = Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    assertThat(populate(Arrays.copyOf(good, 15))).isEqualTo(length);
    assertThat(populate(with(good.clone(), 1, 0x1D)))
        .isEqualTo(Sense.invalidFieldInParameterList(0, 7));
    assertThat(populate(with(good.clone(), 15, 0x0F)))
        .isEqualTo(Sense.invalidFieldInParameterList(14, 7));
    assertThat(populate(populateList(0, 601, 0, range(0, 4))))
        .isEqualTo(Sense.invalidFieldInParameterList(4, 7));
    assertThat(populate(populateList(0, -1, 0, range(0, 4))))
        .isEqualTo(Sense.invalidFieldInParameterList(4, 7));
    assertThat(populate(populateList(2, 0, 0x0080_0000, range(0, 4))))
        .as("RTV with a ROD type that is not made here")
        .isEqualTo(Sense.invalidFieldInParameterList(8, 7));
    bench.populate(bench.nexus, A, 1, populateList(2, 0, 0x0080_0001, range(0, 4))).good();
    bench.populate(bench.nexus, A, 1, populateList(0, 0, 0x1234, range(0, 4))).good();
    bench.send(A, "8310 00000000 00000001 00000000 0000").good();
    assertThat(bench.send(A, "8310 00000000 00000001 00000000 2000").sense())
        .isEqualTo(Sense.invalidFieldInCdb(14, 5));
  }

  private Sense populate(byte[] list) {
    return bench.populate(bench.nexus, A, 1, list).sense();
  }

  @Test
  void rangesAreCheckedAgainstTheLimits() {
    Sense outside = Sense.illegalRequest(SenseCode.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE);
    Sense overlap = Sense.invalidFieldInParameterList(16, 7);
    assertThat(populate(populateList(0, 0, 0, range(8191, 2)))).isEqualTo(outside);
    assertThat(populate(populateList(0, 0, 0, range(8193, 0)))).isEqualTo(outside);
    assertThat(populate(populateList(0, 0, 0, range(-1, 1)))).isEqualTo(outside);
    assertThat(populate(populateList(0, 0, 0, range(0, 0xFFFF_FFFFL)))).isEqualTo(outside);
    assertThat(populate(populateList(0, 0, 0, range(5, 3), range(0, 6)))).isEqualTo(overlap);
    assertThat(populate(populateList(0, 0, 0, range(5, 1), range(5, 1)))).isEqualTo(overlap);
    long[][] many = new long[CopyLimits.RANGES + 1][];
    for (int i = 0; i < many.length; i++) {
      many[i] = range(i, 1);
    }
    assertThat(populate(populateList(0, 0, 0, many)).code())
        .isEqualTo(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS);
    bench.token(Arrays.copyOf(many, CopyLimits.RANGES));
    bench.token(range(5, 0), range(5, 1), range(6, 1));
    byte[] token = bench.token(range(0, 1));
    assertThat(bench.writeUsing(bench.nexus, B, 1, writeList(0, 0, token, range(8191, 2))).sense())
        .isEqualTo(outside);
  }

  @Test
  void writeUsingTokenChecksItsList() {
    byte[] good = writeList(0, 0, bench.token(range(0, 4)), range(0, 4));
    Sense length = Sense.illegalRequest(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    assertThat(bench.writeUsing(bench.nexus, B, 1, Arrays.copyOf(good, 535)).sense())
        .isEqualTo(length);
    assertThat(bench.writeUsing(bench.nexus, B, 1, with(good.clone(), 1, 0x25)).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(0, 7));
    assertThat(bench.writeUsing(bench.nexus, B, 1, with(good.clone(), 535, 0x0F)).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(534, 7));
    assertThat(bench.writeUsing(bench.nexus, B, 1, with(good.clone(), 535, 0x20)).sense())
        .isEqualTo(Sense.invalidFieldInParameterList(534, 7));
    assertThat(bench.send(B, "8407 00000063 00000000 00000400 0000").sense())
        .as("none of these began an operation")
        .isEqualTo(Sense.invalidFieldInCdb(2, 7));
    bench.send(B, "8311 00000000 00000001 00000000 0000").good();
  }
}
