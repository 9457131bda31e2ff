package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.holdfast.pr.AptplPolicy;
import org.holdfast.pr.InitiatorPort;
import org.holdfast.pr.Nexus;
import org.holdfast.pr.PrCapabilities;
import org.holdfast.pr.ReservationState;
import org.holdfast.pr.TargetPort;
import org.holdfast.pr.VolatileReservationStore;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.HeapDataBuffer;
import org.holdfast.scsi.InitiatorNames;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ReservationBackend;
import org.holdfast.scsi.ReservationJournal;
import org.holdfast.scsi.ScsiTask;
import org.holdfast.scsi.SettingsStore;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.TaskAttribute;
import org.holdfast.scsi.UnitOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A cluster of 64 nodes with four paths each, registered on one unit. The expected parameter data
 * are put together here from SPC-4 tables 209 and 216, without the encoder of the product.
 *
 * <p>Seen to fail: with the ADDITIONAL LENGTH computed behind the cut, at ALLOCATION LENGTH 5; with
 * equal keys shown once, READ KEYS at 24, behind the first two keys.
 */
class ReservationScaleTest {
  private static final int NODES = 64;
  private static final int PATHS = 4;
  private static final int READ_KEYS = 0;
  private static final int READ_FULL_STATUS = 3;
  private static final int TYPE = 5;

  /** The nexus that reserves, in the middle of the table. */
  private static final int HOLDER = 130;

  private final LogicalUnit unit =
      new LogicalUnit(
          Bench.IDENTITY,
          MemoryDevice.ofBlocks(64),
          StandardCommands.table(),
          UnitOptions.FIXED_DISK,
          new ReservationBackend(
              ReservationState.EMPTY,
              new VolatileReservationStore(),
              PrCapabilities.complete(AptplPolicy.HONOR),
              ReservationJournal.NONE),
          SettingsStore.lostWithTheProcess(),
          InstantSource.system());
  private final List<TargetEngine> engines = new ArrayList<>();
  private final List<ItNexus> nexuses = new ArrayList<>();

  @BeforeEach
  void registerAll() {
    for (int path = 1; path <= PATHS; path++) {
      TargetPort port = new TargetPort(Bench.PORT.name(), path, path);
      unit.exposeAt(port, InitiatorNames.NONE);
      engines.add(new TargetEngine(port, StandardCommands.table()));
    }
    LunMap luns = LunMap.of(Map.of(0, new LunMap.MappedLun(unit, false)));
    for (int number = 0; number < NODES * PATHS; number++) {
      TargetEngine engine = engineOf(number);
      InitiatorPort initiator = new InitiatorPort(name(number), 0x23D000000L + number);
      ItNexus nexus = engine.attach(new Nexus(initiator, engine.port()), "192.0.2.1:1", luns);
      unit.takeUnitAttention(nexus);
      nexuses.add(nexus);
      assertThat(reserveOut(number, 0x00, 0, key(number))).isEqualTo(Outcome.GOOD);
    }
    assertThat(reserveOut(HOLDER, 0x01, key(HOLDER), 0)).isEqualTo(Outcome.GOOD);
  }

  private TargetEngine engineOf(int number) {
    return engines.get(number % PATHS);
  }

  /** Names of several lengths, so that TransportIDs are padded in each of the ways there are. */
  private static String name(int number) {
    int node = number / PATHS;
    return "iqn.2026-11.org.example:" + "n".repeat(1 + node % 5) + node;
  }

  /** One key for a node, with the highest bit set: all of its paths have the same. */
  private static long key(int number) {
    return 0x8000_0000_0000_0000L | (number / PATHS + 1);
  }

  private Outcome reserveOut(int number, int action, long key, long actionKey) {
    byte[] cdb =
        ByteBuffer.allocate(10)
            .put((byte) 0x5F)
            .put((byte) action)
            .put((byte) TYPE)
            .putInt(5, 24)
            .array();
    byte[] list = ByteBuffer.allocate(24).putLong(key).putLong(actionKey).array();
    List<Outcome> ends = new ArrayList<>();
    send(number, cdb, list, ended -> ends.add(ended.outcome()));
    return ends.getFirst();
  }

  private byte[] reserveIn(int action, int allocationLength) {
    byte[] cdb =
        ByteBuffer.allocate(10)
            .put((byte) 0x5E)
            .put((byte) action)
            .putShort(7, (short) allocationLength)
            .array();
    List<byte[]> answers = new ArrayList<>();
    send(
        0,
        cdb,
        new byte[0],
        ended -> {
          assertThat(ended.outcome()).isEqualTo(Outcome.GOOD);
          byte[] data = new byte[ended.dataInLength()];
          if (ended.dataIn() != null) {
            ended.dataIn().view(0, data.length).get(data);
          }
          answers.add(data);
        });
    return answers.getFirst();
  }

  private void send(int number, byte[] cdb, byte[] data, Consumer<ScsiTask> ended) {
    ScsiTask task =
        new ScsiTask(
            nexuses.get(number),
            LunMap.encode(0),
            1,
            new Cdb(cdb),
            TaskAttribute.SIMPLE,
            HeapDataBuffer::new,
            done -> {
              ended.accept(done);
              done.finish();
            });
    engineOf(number).prepare(task);
    if (data.length > 0) {
      HeapDataBuffer buffer = new HeapDataBuffer(data.length);
      buffer.view(0, data.length).put(data);
      task.dataOut(buffer, data.length);
    }
    engineOf(number).submit(task);
  }

  /** PRGENERATION (every REGISTER counts, RESERVE does not), ADDITIONAL LENGTH, the rest. */
  private static byte[] withHeader(ByteBuffer descriptors) {
    byte[] whole = new byte[8 + descriptors.flip().limit()];
    ByteBuffer.wrap(whole).putInt(NODES * PATHS).putInt(descriptors.limit()).put(descriptors);
    return whole;
  }

  private static byte[] keys() {
    ByteBuffer out = ByteBuffer.allocate(8 * NODES * PATHS);
    for (int number = 0; number < NODES * PATHS; number++) {
      out.putLong(key(number));
    }
    return withHeader(out);
  }

  private static byte[] fullStatus() {
    ByteBuffer descriptors = ByteBuffer.allocate(1 << 16);
    for (int number = 0; number < NODES * PATHS; number++) {
      String port = name(number) + String.format(",i,0x%012x", 0x23D000000L + number);
      byte[] text = port.getBytes(StandardCharsets.US_ASCII);
      int padded = (text.length + 4) / 4 * 4; // with at least one null behind the text
      boolean holder = number == HOLDER;
      descriptors
          .putLong(key(number))
          .putInt(0)
          .put((byte) (holder ? 1 : 0))
          .put((byte) (holder ? TYPE : 0))
          .putInt(0)
          .putShort((short) (number % PATHS + 1))
          .putInt(4 + padded)
          .put((byte) 0x45)
          .put((byte) 0)
          .putShort((short) padded)
          .put(Arrays.copyOf(text, padded));
    }
    return withHeader(descriptors);
  }

  @Test
  void readKeysIsRightWithEveryAllocationLength() {
    rightWithEveryAllocationLength(READ_KEYS, keys());
  }

  @Test
  void readFullStatusIsRightWithEveryAllocationLength() {
    rightWithEveryAllocationLength(READ_FULL_STATUS, fullStatus());
  }

  private void rightWithEveryAllocationLength(int action, byte[] whole) {
    assertThat(whole.length + 16).as("what ALLOCATION LENGTH can ask for").isLessThan(1 << 16);
    for (int length = 0; length <= whole.length + 16; length++) {
      byte[] expected = Arrays.copyOf(whole, Math.min(length, whole.length));
      byte[] data = reserveIn(action, length);
      if (!Arrays.equals(data, expected)) {
        assertThat(data).as("ALLOCATION LENGTH %d", length).isEqualTo(expected);
      }
    }
    assertThat(reserveIn(action, 0xFFFF)).isEqualTo(whole);
  }
}
