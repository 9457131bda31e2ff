package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.TargetPort;
import org.holdfast.scsi.BufferAllocator;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DataBuffer;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LuIdentity;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.TaskAttribute;
import org.holdfast.scsi.TaskManagementFunction;
import org.holdfast.scsi.UnitOptions;

/** An engine with the standard commands, one unit at LUN 0, one initiator that has logged in. */
final class Bench {
  static final LuIdentity IDENTITY =
      new LuIdentity("600140512345678890abcdef01234567", "SN-0001", "HOLDFAST", "DISK", "0.1");
  static final TargetPort PORT = new TargetPort("iqn.2026-11.org.holdfast:bench", 2, 7);

  final MemoryDevice device;
  final LogicalUnit unit;
  final TargetEngine engine = new TargetEngine(PORT, StandardCommands.table());
  final ItNexus nexus;
  private final AtomicLong tags = new AtomicLong();
  private long isid;

  /** What the unit's clock says. */
  Instant now = Instant.EPOCH;

  /** Where the buffers of the commands come from. */
  BufferAllocator buffers = HeapDataBuffer::new;

  Bench() {
    this(MemoryDevice.ofBlocks(64));
  }

  Bench(MemoryDevice device) {
    this(device, UnitOptions.FIXED_DISK, SettingsStore.lostWithTheProcess());
  }

  Bench(MemoryDevice device, UnitOptions options) {
    this(device, options, SettingsStore.lostWithTheProcess());
  }

  Bench(MemoryDevice device, UnitOptions options, SettingsStore settings) {
    this.device = device;
    unit =
        new LogicalUnit(
            IDENTITY,
            device,
            StandardCommands.table(),
            options,
            ReservationBackend.lostWithTheProcess(),
            settings,
            () -> now);
    nexus = login(LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false))));
    unit.takeUnitAttention(nexus);
  }

  /** Another initiator; POWER ON is pending for it. */
  ItNexus login(LunMap luns) {
    Nexus identity = new Nexus(new InitiatorPort("iqn.2026-11.org.example:host", ++isid), PORT);
    return engine.attach(identity, "192.0.2.1:" + isid, luns);
  }

  /** Gives a live nexus another inventory. */
  void remap(ItNexus of, LunMap luns) {
    remap(of, luns, () -> {});
  }

  void remap(ItNexus of, LunMap luns, Runnable done) {
    engine.remap(of, luns, done);
  }

  /** Another initiator that has heard of POWER ON already. */
  ItNexus another() {
    ItNexus other = login(LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false))));
    unit.takeUnitAttention(other);
    return other;
  }

  /** The additional sense code of the unit attention pending for {@code nexus}, or null. */
  SenseCode attention(ItNexus from) {
    Sense sense = unit.takeUnitAttention(from);
    return sense == null ? null : sense.code();
  }

  /** A CDB in hexadecimal, spaces allowed. */
  static byte[] cdb(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Decodes a task and puts it into the task set; it is never submitted. */
  void prepare(ScsiTask task) {
    engine.prepare(task);
  }

  Result send(String cdb) {
    return send(cdb(cdb), new byte[0]);
  }

  Result send(byte[] cdb, byte[] data) {
    return send(nexus, 0, cdb, data);
  }

  /**
   * Sends as much of {@code data} as the CDB asks for; the result fills when the task has ended.
   */
  Result send(ItNexus from, int lun, byte[] cdb, byte[] data) {
    return send(from, lun, cdb, data, false);
  }

  /** Announces all of {@code data} as Data-Out, whatever the CDB asks for. */
  Result offer(byte[] cdb, byte[] data) {
    return offer(nexus, 0, cdb, data);
  }

  Result offer(ItNexus from, int lun, byte[] cdb, byte[] data) {
    return send(from, lun, cdb, data, true);
  }

  private Result send(ItNexus from, int lun, byte[] cdb, byte[] data, boolean offersAll) {
    Result result = new Result();
    ScsiTask task =
        new ScsiTask(
            from,
            LunMap.encode(lun),
            tags.incrementAndGet(),
            new Cdb(cdb),
            TaskAttribute.SIMPLE,
            buffers,
            result::ended);
    if (offersAll) {
      task.dataOutOffered(data.length);
    }
    engine.prepare(task);
    result.wanted = task.dataOutWanted();
    int length = Math.min(data.length, task.dataOutWanted());
    if (length > 0) {
      DataBuffer buffer = buffers.allocate(length);
      buffer.view(0, length).put(data, 0, length);
      task.dataOut(buffer, length);
    }
    engine.submit(task);
    return result;
  }

  /** LOGICAL UNIT RESET; {@link #nexus} knows of it afterwards. */
  void reset() {
    engine.manage(
        nexus, TaskManagementFunction.LOGICAL_UNIT_RESET, LunMap.encode(0), 0, answer -> {});
    unit.takeUnitAttention(nexus);
  }

  /** Task management that {@code from} asks for; it takes effect when nothing is held any more. */
  void manage(ItNexus from, TaskManagementFunction function) {
    engine.manage(from, function, LunMap.encode(0), tags.get(), answer -> {});
  }

  void logout(ItNexus gone) {
    engine.detach(gone, () -> {});
  }

  /** How a command ended. */
  static final class Result {
    private int wanted;
    private int ends;
    private Outcome outcome;
    private byte[] data = new byte[0];

    private void ended(ScsiTask task) {
      ends++;
      outcome = task.outcome();
      if (task.dataIn() != null && outcome instanceof Outcome.Good) {
        data = new byte[task.dataInLength()];
        task.dataIn().view(0, data.length).get(data);
      }
      task.finish();
    }

    /** Bytes of Data-Out that the CDB asked for. */
    int wanted() {
      return wanted;
    }

    int ends() {
      return ends;
    }

    Outcome outcome() {
      assertThat(ends).as("times that the task ended").isEqualTo(1);
      return outcome;
    }

    /** Data-In of a command that went well. */
    byte[] good() {
      assertThat(outcome()).isEqualTo(Outcome.GOOD);
      return data;
    }

    /** Sense of a command that did not. */
    Sense sense() {
      assertThat(outcome()).isInstanceOf(Outcome.CheckCondition.class);
      return ((Outcome.CheckCondition) outcome).sense();
    }
  }
}
