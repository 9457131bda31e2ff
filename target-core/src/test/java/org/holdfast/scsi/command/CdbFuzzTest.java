package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.ItNexus;
import org.holdfast.scsi.LunMap;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.SenseKey;
import org.holdfast.scsi.TargetEngine;
import org.holdfast.scsi.TaskManagementFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random CDBs, good and broken, with random Data-Out, from four nexuses, one of which may only
 * read; between them task management, logins, faults of the device and aborts of running commands.
 * Whatever comes, every task ends once, every buffer comes back, no handler throws (the engine
 * would log that and take the unit offline), no more data is asked for than one command may move,
 * sense data is well formed, and the medium holds what {@link MediumModel} says.
 *
 * <p>Not modelled, and followed instead: what SANITIZE leaves. Never sent in a form that could go
 * well: EXTENDED COPY and WRITE USING TOKEN, whose own tests compare data.
 *
 * <p>{@code -Dholdfast.tests=all} makes it longer; {@code -Dholdfast.seed=N} repeats a run.
 */
class CdbFuzzTest {
  private static final int COMMANDS =
      "all".equals(System.getProperty("holdfast.tests")) ? 5_000_000 : 200_000;

  /** Commands until a new unit is made: reservations and the like pile up. */
  private static final int REOPEN = 500;

  private static final int BLOCKS = 64;
  private static final int SANITIZE = 0x48;
  private static final int REMEMBERED = 8;

  private final Logger allLogs = (Logger) LoggerFactory.getLogger("org.holdfast.scsi");
  private final Logger engineLog = (Logger) LoggerFactory.getLogger(TargetEngine.class);
  private final ListAppender<ILoggingEvent> brokenHandlers = new ListAppender<>();

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomCommands commands = new RandomCommands(random, BLOCKS);
  private final Deque<Supplier<String>> last = new ArrayDeque<>();
  private final int[] wentWell = new int[0x100];

  private Bench bench;
  private ItNexus[] nexuses;
  private CountedBuffers buffers;
  private MediumModel model;

  /** Requests that the device had got when it was told to fail the next. */
  private int armedAt;

  @BeforeEach
  void listen() {
    // What commands and faults are logged for is wanted by nobody here.
    allLogs.setLevel(Level.OFF);
    engineLog.setLevel(Level.ERROR);
    brokenHandlers.start();
    engineLog.addAppender(brokenHandlers);
  }

  @AfterEach
  void stopListening() {
    engineLog.detachAppender(brokenHandlers);
    engineLog.setLevel(null);
    allLogs.setLevel(null);
  }

  @Test
  void theMediumHoldsWhatTheModelSays() {
    for (int i = 0; i < COMMANDS; i++) {
      if (i % REOPEN == 0) {
        reopen();
      }
      step(i);
    }
    for (int opcode = 0; opcode < wentWell.length; opcode++) {
      if (opcode != SANITIZE
          && opcode != 0x04
          && (MediumModel.writes(opcode) || MediumModel.reads(opcode))) {
        assertThat(wentWell[opcode])
            .as("seed %d: commands %02Xh that ended well", seed, opcode)
            .isGreaterThan(COMMANDS / 2000);
      }
    }
  }

  private void reopen() {
    bench = new Bench(MemoryDevice.ofBlocks(BLOCKS));
    random.nextBytes(bench.device.content());
    buffers = new CountedBuffers();
    bench.buffers = buffers;
    armedAt = -1;
    model = new MediumModel(bench.device.content());
    nexuses = new ItNexus[] {bench.nexus, login(false), login(false), login(true)};
  }

  private ItNexus login(boolean readOnly) {
    return bench.login(LunMap.of(Map.of(0, new LunMap.MappedLun(bench.unit, readOnly))));
  }

  private void step(int number) {
    int who = random.nextInt(nexuses.length);
    RandomCommands.Command command = commands.next(bench.device.content());
    remember(
        () ->
            "%d: nexus %d [%s], %d bytes%s"
                .formatted(
                    number,
                    who,
                    new Cdb(command.cdb()),
                    command.data().length,
                    command.offersAll() ? " offered" : ""));
    boolean disturbed = disturb();
    Bench.Result result =
        command.offersAll()
            ? bench.offer(nexuses[who], 0, command.cdb().clone(), command.data())
            : bench.send(
                nexuses[who],
                random.nextInt(40) == 0 ? 1 : 0,
                command.cdb().clone(),
                command.data());
    if (disturbed && random.nextBoolean()) {
      manage(who);
    }
    while (bench.device.release()) {
      // Let everything that is held complete.
    }
    check(command, result, who, disturbed);
    if (random.nextInt(200) == 0) {
      manage(random.nextInt(nexuses.length));
    }
    if (random.nextInt(200) == 0) {
      int gone = 1 + random.nextInt(nexuses.length - 1);
      bench.logout(nexuses[gone]);
      nexuses[gone] = login(gone == nexuses.length - 1);
    }
  }

  /** Sometimes the device holds requests back, or one fails: the medium may then hold either. */
  private boolean disturb() {
    if (random.nextInt(100) == 0) {
      bench.device.hold();
      return true;
    }
    if (random.nextInt(200) == 0) {
      DeviceFault[] faults = DeviceFault.values();
      bench.device.failNext(faults[random.nextInt(faults.length)], 0);
      armedAt = bench.device.requests().size();
    }
    return armedAt == bench.device.requests().size();
  }

  private void manage(int who) {
    TaskManagementFunction[] functions = TaskManagementFunction.values();
    TaskManagementFunction function = functions[random.nextInt(functions.length)];
    remember(() -> "nexus %d: %s".formatted(who, function));
    bench.manage(nexuses[who], function);
  }

  private void check(
      RandomCommands.Command command, Bench.Result result, int who, boolean disturbed) {
    require(result.ends() == 1, "times that the task ended", result.ends());
    require(buffers.outstanding() == 0, "buffers that were lost", buffers.outstanding());
    require(brokenHandlers.list.isEmpty(), "a handler broke", brokenHandlers.list);
    require(bench.unit.offlineReason() == null, "offline", bench.unit.offlineReason());
    boolean bounded = result.wanted() >= 0 && result.wanted() <= Limits.MAXIMUM_TRANSFER_BYTES;
    require(bounded, "bytes of Data-Out", result.wanted());
    byte[] cdb = Arrays.copyOf(command.cdb(), 16);
    byte[] sent = Arrays.copyOf(command.data(), Math.min(command.data().length, result.wanted()));
    int opcode = cdb[0] & 0xFF;
    switch (result.outcome()) {
      case Outcome.Good _ -> {
        boolean mayWrite = who < nexuses.length - 1 || !MediumModel.writes(opcode);
        String objection = mayWrite ? model.good(cdb, sent, result.good()) : "";
        require(objection.isEmpty(), "GOOD", objection);
        wentWell[opcode]++;
      }
      case Outcome.CheckCondition(Sense sense) -> {
        checkSense(sense, disturbed);
        if (sense.key() == SenseKey.MISCOMPARE) {
          String objection = model.miscompare(cdb, sent, sense.information());
          require(objection.isEmpty(), "MISCOMPARE", objection);
        }
      }
      default -> {}
    }
    if (disturbed || opcode == SANITIZE) {
      model.adopt(bench.device.content());
    }
    require(
        model.agreesWith(bench.device.content()),
        "the medium holds something else after",
        result.outcome());
  }

  /** SPC-4 clause 4.5: what every sense data of a CHECK CONDITION keeps to. */
  private void checkSense(Sense sense, boolean disturbed) {
    byte[] fixed = sense.encode();
    boolean fixedFormat =
        (fixed[0] & 0x7F) == 0x70
            && fixed.length == 8 + (fixed[7] & 0xFF)
            && (fixed[2] & 0x0F) == sense.key().code();
    require(fixedFormat, "fixed format", sense);
    byte[] descriptors = sense.encodeDescriptors();
    boolean descriptorFormat =
        (descriptors[0] & 0x7F) == 0x72
            && descriptors.length == 8 + (descriptors[7] & 0xFF)
            && (descriptors[1] & 0x0F) == sense.key().code();
    require(descriptorFormat, "descriptor format", sense);
    require(sense.key() != SenseKey.NO_SENSE, "CHECK CONDITION", sense);
    boolean pointer = (fixed[15] & 0x80) != 0 && sense.key() == SenseKey.ILLEGAL_REQUEST;
    boolean intoCdb = (fixed[15] & 0x40) != 0;
    if (sense.code() == SenseCode.INVALID_FIELD_IN_CDB) {
      boolean inside = fixed[16] == 0 && fixed[17] >= 1 && fixed[17] < 16;
      require(pointer && intoCdb && inside, "pointer into the CDB", sense);
    }
    if (sense.code() == SenseCode.INVALID_FIELD_IN_PARAMETER_LIST) {
      require(pointer && !intoCdb, "pointer into the parameter list", sense);
    }
    boolean broken = !disturbed && sense.code() == SenseCode.INTERNAL_TARGET_FAILURE;
    require(!broken, "INTERNAL TARGET FAILURE", sense);
  }

  /** Formatted only when something fails. */
  private void remember(Supplier<String> what) {
    last.add(what);
    if (last.size() > REMEMBERED) {
      last.remove();
    }
  }

  private void require(boolean holds, String what, Object value) {
    if (!holds) {
      String history = last.stream().map(Supplier::get).collect(Collectors.joining("\n"));
      throw new AssertionError(
          what + ": " + value + "; -Dholdfast.seed=" + seed + ", the last were\n" + history);
    }
  }
}
