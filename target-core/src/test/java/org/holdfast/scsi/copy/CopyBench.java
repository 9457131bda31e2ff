package org.holdfast.scsi.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.TaskAttribute;
import org.holdfast.scsi.TaskManagementFunction;
import org.holdfast.scsi.UnitOptions;
import org.holdfast.scsi.command.StandardCommands;

/**
 * An engine with the standard commands and a clock that the test moves, two units, A at LUN 0 and B
 * at LUN 1, and as many initiators as the test logs in.
 */
final class CopyBench {
  static final int A = 0;
  static final int B = 1;
  private static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:copy", 1, 1);

  final CopyDevice deviceA;
  final CopyDevice deviceB;
  final LogicalUnit a;
  final LogicalUnit b;
  final ItNexus nexus;
  private final AtomicLong nanoTime = new AtomicLong(1);
  private final TargetEngine engine;
  private long tags;
  private long isid;

  CopyBench() {
    this(new CopyDevice(512, 8192), new CopyDevice(512, 8192));
  }

  CopyBench(CopyDevice deviceA, CopyDevice deviceB) {
    this.deviceA = deviceA;
    this.deviceB = deviceB;
    // The standard rows, but for those that know the time.
    List<CommandSpec> rows =
        Stream.concat(
                StandardCommands.table().rows().stream()
                    .filter(row -> row.opcode() != 0x83 && row.opcode() != 0x84),
                CopyRows.rows(nanoTime::get, RandomGenerator.of("L64X128MixRandom")).stream())
            .toList();
    CommandTable table = new CommandTable(rows);
    engine = new TargetEngine(PORT, table);
    a = unit("a", deviceA, table);
    b = unit("b", deviceB, table);
    nexus = login();
  }

  private static LogicalUnit unit(String name, CopyDevice device, CommandTable table) {
    LuIdentity identity =
        new LuIdentity("6" + "0".repeat(30) + name, name, "HOLDFAST", "DISK", "1");
    return new LogicalUnit(
        identity,
        device,
        table,
        UnitOptions.FIXED_DISK,
        ReservationBackend.lostWithTheProcess(),
        SettingsStore.lostWithTheProcess(),
        InstantSource.system());
  }

  /** An initiator that sees both units, its first unit attentions consumed. */
  ItNexus login() {
    return login(Map.of(A, new LunMap.MappedLun(a, false), B, new LunMap.MappedLun(b, false)));
  }

  ItNexus login(Map<Integer, LunMap.MappedLun> luns) {
    Nexus identity = new Nexus(new InitiatorPort("iqn.2026-11.org.example:host", ++isid), PORT);
    ItNexus live = engine.attach(identity, "192.0.2.1:" + isid, LunMap.of(luns));
    luns.values().forEach(mapped -> mapped.unit().takeUnitAttention(live));
    return live;
  }

  void logout(ItNexus live) {
    engine.detach(live, () -> {});
  }

  void later(long seconds) {
    nanoTime.addAndGet(seconds * 1_000_000_000L);
  }

  Result send(int lun, String cdb) {
    return send(nexus, lun, cdb, new byte[0]);
  }

  Result send(ItNexus from, int lun, String cdb, byte[] data) {
    Result result = new Result();
    ScsiTask task =
        new ScsiTask(
            from,
            LunMap.encode(lun),
            ++tags,
            new Cdb(HexFormat.of().parseHex(cdb.replace(" ", ""))),
            TaskAttribute.SIMPLE,
            HeapDataBuffer::new,
            result::ended);
    engine.prepare(task);
    int length = Math.min(data.length, task.dataOutWanted());
    if (length > 0) {
      HeapDataBuffer buffer = new HeapDataBuffer(length);
      buffer.view(0, length).put(data, 0, length);
      task.dataOut(buffer, length);
    }
    result.tag = task.tag();
    engine.submit(task);
    return result;
  }

  /** Task management; true when it has been answered. */
  boolean manage(ItNexus from, int lun, TaskManagementFunction function, long tag) {
    boolean[] answered = new boolean[1];
    engine.manage(from, function, LunMap.encode(lun), tag, _ -> answered[0] = true);
    return answered[0];
  }

  /** WRITE(10) of blocks that are all {@code value}. */
  Result write(ItNexus from, int lun, int lba, int blocks, int value) {
    byte[] data = new byte[blocks * 512];
    Arrays.fill(data, (byte) value);
    return send(from, lun, String.format("2a00 %08x 00 %04x 00", lba, blocks), data);
  }

  Result reserveOut(ItNexus from, int lun, int action, long key, long actionKey) {
    byte[] list = ByteBuffer.allocate(24).putLong(key).putLong(actionKey).array();
    int type = ReservationType.WRITE_EXCLUSIVE_REGISTRANTS_ONLY.code();
    return send(from, lun, String.format("5f %02x %02x 0000 00000018 00", action, type), list);
  }

  // ---- EXTENDED COPY.

  /** A target descriptor that names {@code unit}. */
  static byte[] target(LogicalUnit unit) {
    return TargetDescriptor.encode(unit.identity(), unit.device().profile().blockSize());
  }

  /** A segment descriptor, block to block. */
  static byte[] segment(int from, int to, int blocks, long fromLba, long toLba) {
    return ByteBuffer.allocate(28)
        .put((byte) 0x02)
        .put((byte) 0)
        .putShort((short) 0x18)
        .putShort((short) from)
        .putShort((short) to)
        .putShort((short) 0)
        .putShort((short) blocks)
        .putLong(fromLba)
        .putLong(toLba)
        .array();
  }

  /** A parameter list with list identifier 5. */
  static byte[] list(List<byte[]> targets, List<byte[]> segments) {
    int targetBytes = targets.stream().mapToInt(each -> each.length).sum();
    int segmentBytes = segments.stream().mapToInt(each -> each.length).sum();
    ByteBuffer out = ByteBuffer.allocate(16 + targetBytes + segmentBytes);
    out.put(0, (byte) 5).putShort(2, (short) targetBytes).putInt(8, segmentBytes).position(16);
    targets.forEach(out::put);
    segments.forEach(out::put);
    return out.array();
  }

  Result extendedCopy(byte[] list) {
    return extendedCopy(nexus, list);
  }

  /** Sent to A, which manages the copy. */
  Result extendedCopy(ItNexus from, byte[] list) {
    return send(from, A, String.format("8300 0000000000000000 %08x 0000", list.length), list);
  }

  /** From A to B with one segment. */
  Result copyToB(ItNexus from, int blocks, long fromLba, long toLba) {
    return extendedCopy(
        from, list(List.of(target(a), target(b)), List.of(segment(0, 1, blocks, fromLba, toLba))));
  }

  // ---- Tokens.

  private static byte[] ranges(long[][] ranges) {
    ByteBuffer out = ByteBuffer.allocate(ranges.length * 16);
    for (long[] range : ranges) {
      out.putLong(range[0]).putInt((int) range[1]).putInt(0);
    }
    return out.array();
  }

  /** The parameter list of POPULATE TOKEN; {@code flags} are byte 2. */
  static byte[] populateList(int flags, int timeout, int rodType, long[]... ranges) {
    byte[] descriptors = ranges(ranges);
    return ByteBuffer.allocate(16 + descriptors.length)
        .putShort((short) (14 + descriptors.length))
        .put((byte) flags)
        .put((byte) 0)
        .putInt(timeout)
        .putInt(rodType)
        .putShort((short) 0)
        .putShort((short) descriptors.length)
        .put(descriptors)
        .array();
  }

  /** The parameter list of WRITE USING TOKEN; {@code flags} are byte 2. */
  static byte[] writeList(int flags, long offset, byte[] token, long[]... ranges) {
    byte[] descriptors = ranges(ranges);
    return ByteBuffer.allocate(536 + descriptors.length)
        .putShort((short) (534 + descriptors.length))
        .put(2, (byte) flags)
        .putLong(8, offset)
        .put(16, token)
        .putShort(534, (short) descriptors.length)
        .put(536, descriptors)
        .array();
  }

  Result populate(ItNexus from, int lun, int listId, byte[] list) {
    return send(
        from, lun, String.format("8310 00000000 %08x %08x 0000", listId, list.length), list);
  }

  Result writeUsing(ItNexus from, int lun, int listId, byte[] list) {
    return send(
        from, lun, String.format("8311 00000000 %08x %08x 0000", listId, list.length), list);
  }

  Result information(ItNexus from, int lun, int listId) {
    return send(from, lun, String.format("8407 %08x 00000000 00000400 0000", listId), new byte[0]);
  }

  /** A token of A for {@code ranges}. */
  byte[] token(long[]... ranges) {
    assertThat(populate(nexus, A, 1, populateList(0, 0, 0, ranges)).outcome())
        .isEqualTo(Outcome.GOOD);
    byte[] answer = information(nexus, A, 1).good();
    assertThat(ByteBuffer.wrap(answer).getInt(32)).as("length of the descriptors").isEqualTo(514);
    return Arrays.copyOfRange(answer, 38, 38 + 512);
  }

  /** How a command ended. */
  static final class Result {
    private Outcome outcome;
    private byte[] data = new byte[0];
    private long tag;

    private void ended(ScsiTask task) {
      assertThat(outcome).as("a task ends once").isNull();
      outcome = task.outcome();
      if (task.dataIn() != null && outcome instanceof Outcome.Good) {
        data = new byte[task.dataInLength()];
        task.dataIn().view(0, data.length).get(data);
      }
      task.finish();
    }

    boolean ended() {
      return outcome != null;
    }

    long tag() {
      return tag;
    }

    Outcome outcome() {
      assertThat(outcome).as("the command has ended").isNotNull();
      return outcome;
    }

    byte[] good() {
      assertThat(outcome()).isEqualTo(Outcome.GOOD);
      return data;
    }

    Sense sense() {
      assertThat(outcome()).isInstanceOf(Outcome.CheckCondition.class);
      return ((Outcome.CheckCondition) outcome).sense();
    }
  }
}
