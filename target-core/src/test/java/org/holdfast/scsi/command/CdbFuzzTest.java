package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Random;
import org.holdfast.scsi.Cdb;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.Sense;
import org.holdfast.scsi.SenseCode;
import org.holdfast.scsi.ServiceAction;
import org.holdfast.scsi.TargetEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random CDBs: every task ends once, no handler throws (the engine would log that), nothing is
 * answered with INTERNAL TARGET FAILURE, no more data is asked for than one command may move.
 */
class CdbFuzzTest {
  private final Logger engineLog = (Logger) LoggerFactory.getLogger(TargetEngine.class);
  private final ListAppender<ILoggingEvent> brokenHandlers = new ListAppender<>();

  @BeforeEach
  void listen() {
    brokenHandlers.start();
    engineLog.addAppender(brokenHandlers);
  }

  @AfterEach
  void stopListening() {
    engineLog.detachAppender(brokenHandlers);
  }

  private static final int COMMANDS = 200_000;
  private static final int REOPEN = 2_000;

  @Test
  void everyTaskEndsOnce() {
    long seed = Long.getLong("holdfast.seed", System.nanoTime());
    Random random = new Random(seed);
    List<CommandSpec> rows = StandardCommands.table().rows();
    byte[] data = new byte[1 << 16];
    random.nextBytes(data);
    Bench bench = new Bench();
    for (int i = 0; i < COMMANDS; i++) {
      if (i % REOPEN == 0) {
        bench = new Bench();
      }
      byte[] cdb = cdb(rows, random);
      Bench.Result result = bench.send(bench.nexus, random.nextInt(3), cdb, data);
      while (bench.device.release()) {
        // Let everything that is held complete.
      }
      String what = "seed " + seed + " command " + i + " " + new Cdb(cdb);
      assertThat(result.ends()).as(what).isEqualTo(1);
      assertThat(brokenHandlers.list).as(what).isEmpty();
      assertThat(result.wanted()).as(what).isBetween(0, Limits.MAXIMUM_TRANSFER_BYTES);
      if (result.outcome() instanceof Outcome.CheckCondition(Sense sense)) {
        assertThat(sense.code()).as(what).isNotEqualTo(SenseCode.INTERNAL_TARGET_FAILURE);
      }
      if (random.nextInt(100) == 0) {
        bench.device.hold();
      }
    }
  }

  /** Mostly a row with a few random bytes, which gets further than noise; sometimes noise. */
  private static byte[] cdb(List<CommandSpec> rows, Random random) {
    byte[] cdb = new byte[16];
    if (random.nextInt(8) == 0) {
      random.nextBytes(cdb);
      return cdb;
    }
    CommandSpec row = rows.get(random.nextInt(rows.size()));
    byte[] usage = row.usage();
    cdb[0] = (byte) row.opcode();
    for (int at = 1; at < usage.length; at++) {
      // Small values in most bytes, so that ranges and page codes are often good ones.
      int value = random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(3);
      cdb[at] = (byte) (random.nextInt(3) == 0 ? value & usage[at] : 0);
    }
    if (row.serviceAction() instanceof ServiceAction.Value(int value)) {
      cdb[1] = (byte) ((cdb[1] & ~ServiceAction.MASK) | value);
    }
    if (random.nextInt(20) == 0) {
      cdb[random.nextInt(cdb.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return cdb;
  }
}
