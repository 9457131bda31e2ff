package org.holdfast.scsi.bench;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoCompletion;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.SpaceUsage;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.TaskAttribute;
import org.holdfast.scsi.UnitOptions;
import org.holdfast.scsi.command.StandardCommands;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a command costs in the engine alone, from the CDB to the end of its task: no network, and a
 * device that does nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CommandDispatchBenchmark {
  private static final int IO_BYTES = 4096;
  private static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:disks", 1, 1);

  /** What is sent. */
  public enum Command {
    TEST_UNIT_READY("000000000000"),
    INQUIRY("120000002400"),
    READ("28000000000000000800"),
    WRITE("2a000000000000000800");

    private final String hex;

    Command(String hex) {
      this.hex = hex;
    }
  }

  /** READ and WRITE: 4 KiB. */
  @Param public Command command;

  private final TargetEngine engine = new TargetEngine(PORT, StandardCommands.table());
  private final DataBuffer buffer = new Memory(ByteBuffer.allocateDirect(IO_BYTES));
  private byte[] cdb;
  private ItNexus nexus;
  private long tag;
  private Outcome outcome;

  /** One initiator that has heard of POWER ON. */
  @Setup
  public void login() {
    cdb = HexFormat.of().parseHex(command.hex);
    LogicalUnit unit =
        new LogicalUnit(
            new LuIdentity("600140512345678890abcdef01234567", "SN", "HOLDFAST", "DISK", "0.1"),
            new Nothing(),
            StandardCommands.table(),
            UnitOptions.FIXED_DISK,
            ReservationBackend.lostWithTheProcess(),
            SettingsStore.lostWithTheProcess(),
            InstantSource.system());
    Nexus identity = new Nexus(new InitiatorPort("iqn.2026-11.org.example:host", 1), PORT);
    LunMap luns = LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false)));
    nexus = engine.attach(identity, "192.0.2.1:1", luns);
    unit.takeUnitAttention(nexus);
    if (!dispatch().equals(Outcome.GOOD)) {
      throw new IllegalStateException(command + " ends with " + outcome);
    }
  }

  /** As the frontend does it. */
  @Benchmark
  public Outcome dispatch() {
    ScsiTask task =
        new ScsiTask(nexus, 0, ++tag, new Cdb(cdb), TaskAttribute.SIMPLE, _ -> buffer, this::ended);
    engine.prepare(task);
    if (task.dataOutWanted() > 0) {
      task.dataOut(buffer, task.dataOutWanted());
    }
    engine.submit(task);
    return outcome;
  }

  private void ended(ScsiTask task) {
    outcome = task.outcome();
    task.finish();
  }

  /** One buffer for all commands, which come one after another. */
  private record Memory(ByteBuffer bytes) implements DataBuffer {
    @Override
    public int capacity() {
      return bytes.capacity();
    }

    @Override
    public ByteBuffer view(int offset, int length) {
      return bytes.slice(offset, length);
    }

    @Override
    public void release() {}
  }

  /** Answers at once. */
  private record Nothing() implements BlockDevice {
    private static final DeviceProfile PROFILE =
        new DeviceProfile(512, 1 << 21, 3, true, false, false);

    @Override
    public DeviceProfile profile() {
      return PROFILE;
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public SpaceUsage space() {
      return SpaceUsage.UNKNOWN;
    }

    @Override
    public void submit(IoRequest request, IoCompletion completion) {
      completion.done(IoResult.DONE);
    }

    @Override
    public void close() {}
  }
}
