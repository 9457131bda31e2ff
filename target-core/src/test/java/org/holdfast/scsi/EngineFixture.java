package org.holdfast.scsi;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.LegacyReservations;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.ReservationClass;
import org.holdfast.pr.ReservationType;
import org.holdfast.pr.TargetPort;

/**
 * An engine with one unit and just the commands that tests of tasks and fences need: TEST UNIT
 * READY, WRITE(10) of one block, PERSISTENT RESERVE OUT, RESERVE(6) and RELEASE(6).
 */
final class EngineFixture {
  static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:test", 1, 1);
  static final int BLOCK = 512;

  static final int RESERVE = 0x01;
  static final int PREEMPT = 0x04;
  static final int PREEMPT_AND_ABORT = 0x05;
  static final int REGISTER_AND_IGNORE = 0x06;

  /** The block at LOGICAL BLOCK ADDRESS of a ten-byte CDB. */
  static final MediumRange ONE_BLOCK =
      (cdb, lba, blocks) -> cdb.u32(2) >= lba && cdb.u32(2) - lba < blocks;

  final LogicalUnit unit;
  final TargetEngine engine;

  /**
   * Runs when a write's row is asked for its class: in {@code submit}, before the state is read.
   */
  volatile Runnable whenClassified = () -> {};

  private final AtomicLong tags = new AtomicLong();
  private long isid;

  EngineFixture(BlockDevice device) {
    this(device, ReservationBackend.lostWithTheProcess());
  }

  EngineFixture(BlockDevice device, ReservationBackend reservations) {
    this(device, reservations, List.of());
  }

  /** With commands besides those that this knows. */
  EngineFixture(BlockDevice device, ReservationBackend reservations, List<CommandSpec> more) {
    CommandTable table = new CommandTable(Stream.of(rows(), more).flatMap(List::stream).toList());
    LuIdentity identity =
        new LuIdentity("6" + "0".repeat(30) + "1", "serial", "HOLDFAST", "test", "1");
    unit =
        new LogicalUnit(
            identity,
            device,
            table,
            UnitOptions.FIXED_DISK,
            reservations,
            SettingsStore.lostWithTheProcess(),
            InstantSource.system());
    engine = new TargetEngine(PORT, table);
  }

  private List<CommandSpec> rows() {
    return List.of(
        row(
            "TEST UNIT READY",
            0x00,
            6,
            DataOutLength.NOTHING,
            ReservationRule.always(ReservationClass.ALWAYS_ALLOWED),
            MediumRange.NONE,
            List.of(),
            (_, task) -> task.end(Outcome.GOOD)),
        row(
            "WRITE(10)",
            0x2A,
            10,
            (_, _) -> BLOCK,
            new ReservationRule.ByCdb(
                List.of(
                    new ReservationRule.Case("always", ReservationClass.MEDIUM_WRITE),
                    new ReservationRule.Case("never", ReservationClass.MEDIUM_READ)),
                _ -> {
                  whenClassified.run();
                  return ReservationClass.MEDIUM_WRITE;
                }),
            ONE_BLOCK,
            List.of(CdbField.bytes("LOGICAL BLOCK ADDRESS", 2, 4)),
            EngineFixture::write),
        row(
            "PERSISTENT RESERVE OUT",
            0x5F,
            10,
            (cdb, _) -> (int) cdb.u32(5),
            ReservationRule.always(ReservationClass.JUDGED_BY_ENGINE),
            MediumRange.NONE,
            List.of(
                CdbField.of("SERVICE ACTION", 1, 4, 5),
                CdbField.bytes("SCOPE AND TYPE", 2, 1),
                CdbField.bytes("PARAMETER LIST LENGTH", 5, 4)),
            LogicalUnit::persistentReserveOut),
        legacy("RESERVE(6)", 0x16, LegacyReservations.Action.RESERVE),
        legacy("RELEASE(6)", 0x17, LegacyReservations.Action.RELEASE));
  }

  private static CommandSpec legacy(String name, int opcode, LegacyReservations.Action action) {
    return row(
        name,
        opcode,
        6,
        DataOutLength.NOTHING,
        ReservationRule.always(ReservationClass.JUDGED_BY_ENGINE),
        MediumRange.NONE,
        List.of(),
        (unit, task) -> unit.legacyReservation(task, action));
  }

  static CommandSpec row(
      String name,
      int opcode,
      int length,
      DataOutLength dataOut,
      ReservationRule reservation,
      MediumRange touches,
      List<CdbField> fields,
      CommandHandler handler) {
    return new CommandSpec(
        name,
        opcode,
        ServiceAction.none(),
        length,
        dataOut.equals(DataOutLength.NOTHING) ? DataDirection.NONE : DataDirection.OUT,
        dataOut,
        reservation,
        touches,
        Set.of(),
        fields,
        "for tests",
        WithoutUnit.REFUSED,
        handler);
  }

  private static void write(LogicalUnit unit, ScsiTask task) {
    ByteBuffer source = task.dataOut().view(0, BLOCK);
    unit.device()
        .submit(
            new IoRequest.Write(task.cdb().u32(2) * BLOCK, source, false),
            _ -> task.end(Outcome.GOOD));
  }

  /** A logged-in nexus with its first unit attention consumed. */
  ItNexus login(String name) {
    ItNexus nexus = loginRaw(name);
    unit.takeUnitAttention(nexus);
    return nexus;
  }

  /** A logged-in nexus, POWER ON still pending. */
  ItNexus loginRaw(String name) {
    Nexus identity = new Nexus(new InitiatorPort(name, ++isid), PORT);
    LunMap luns = LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false)));
    return engine.attach(identity, name, luns);
  }

  /** A prepared task with its data; {@code ended} completes with its outcome. */
  ScsiTask task(ItNexus nexus, byte[] cdb, byte[] data, CompletableFuture<Outcome> ended) {
    return task(nexus, TaskAttribute.SIMPLE, cdb, data, ended);
  }

  /** As {@link #task(ItNexus, byte[], byte[], CompletableFuture)}, with a task attribute. */
  ScsiTask task(
      ItNexus nexus,
      TaskAttribute attribute,
      byte[] cdb,
      byte[] data,
      CompletableFuture<Outcome> ended) {
    ScsiTask task =
        new ScsiTask(
            nexus,
            LunMap.encode(0),
            tags.incrementAndGet(),
            new Cdb(cdb),
            attribute,
            HeapDataBuffer::new,
            done -> {
              ended.complete(done.outcome());
              done.finish();
            });
    engine.prepare(task);
    if (task.dataOutWanted() > 0) {
      HeapDataBuffer buffer = new HeapDataBuffer(task.dataOutWanted());
      int length = Math.min(data.length, task.dataOutWanted());
      buffer.view(0, length).put(data, 0, length);
      task.dataOut(buffer, length);
    }
    return task;
  }

  CompletableFuture<Outcome> send(ItNexus nexus, byte[] cdb, byte[] data) {
    CompletableFuture<Outcome> ended = new CompletableFuture<>();
    engine.submit(task(nexus, cdb, data, ended));
    return ended;
  }

  CompletableFuture<Outcome> testUnitReady(ItNexus nexus) {
    return send(nexus, new byte[6], new byte[0]);
  }

  CompletableFuture<Outcome> write(ItNexus nexus, int lba, byte[] block) {
    return send(nexus, writeCdb(lba), block);
  }

  static byte[] writeCdb(int lba) {
    return ByteBuffer.allocate(10).put((byte) 0x2A).put((byte) 0).putInt(lba).array();
  }

  /** RESERVE of SPC-2. */
  CompletableFuture<Outcome> reserve(ItNexus nexus) {
    return send(nexus, new byte[] {0x16, 0, 0, 0, 0, 0}, new byte[0]);
  }

  /** RELEASE of SPC-2. */
  CompletableFuture<Outcome> release(ItNexus nexus) {
    return send(nexus, new byte[] {0x17, 0, 0, 0, 0, 0}, new byte[0]);
  }

  CompletableFuture<Outcome> reserveOut(
      ItNexus nexus, int action, ReservationType type, long key, long actionKey) {
    return send(nexus, reserveOutCdb(action, type), reserveOutList(key, actionKey, false));
  }

  /** REGISTER AND IGNORE EXISTING KEY that asks for the table to be kept (APTPL = 1). */
  CompletableFuture<Outcome> registerAptpl(ItNexus nexus, long actionKey) {
    return send(
        nexus,
        reserveOutCdb(REGISTER_AND_IGNORE, ReservationType.WRITE_EXCLUSIVE),
        reserveOutList(0, actionKey, true));
  }

  private static byte[] reserveOutList(long key, long actionKey, boolean aptpl) {
    return ByteBuffer.allocate(24)
        .putLong(key)
        .putLong(actionKey)
        .put(20, (byte) (aptpl ? 1 : 0))
        .array();
  }

  static byte[] reserveOutCdb(int action, ReservationType type) {
    return ByteBuffer.allocate(10)
        .put((byte) 0x5F)
        .put((byte) action)
        .put((byte) type.code())
        .putInt(5, 24)
        .array();
  }

  /** PERSISTENT RESERVE OUT that has to be GOOD at once. */
  void reserveOutIsGood(ItNexus nexus, int action, ReservationType type, long key, long actionKey) {
    CompletableFuture<Outcome> ended = reserveOut(nexus, action, type, key, actionKey);
    if (!(ended.getNow(Outcome.ABORTED) instanceof Outcome.Good)) {
      throw new AssertionError("PERSISTENT RESERVE OUT ended with " + ended);
    }
  }
}
