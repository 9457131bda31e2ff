package org.holdfast.scsi.command;

import java.time.Duration;
import java.util.Map;
import org.holdfast.scsi.CommandSpec;
import org.holdfast.scsi.MediumRange;

/**
 * How long an initiator should wait for a command before it takes it for lost (SPC-4 clause
 * 6.35.4). The one place that says so.
 */
final class CommandTimeouts {
  /** Answered out of memory, or after a small file has been written. */
  private static final Duration WITHOUT_MEDIUM = Duration.ofSeconds(30);

  /** Reads or changes blocks; the device may be busy with others. */
  private static final Duration MEDIUM = Duration.ofSeconds(60);

  /** May work through the whole medium before it answers, by operation code. */
  private static final Map<Integer, Duration> LONG =
      Map.of(
          0x04, Duration.ofHours(24), // FORMAT UNIT
          0x48, Duration.ofHours(24), // SANITIZE
          0x35, Duration.ofMinutes(5), // SYNCHRONIZE CACHE(10)
          0x91, Duration.ofMinutes(5), // SYNCHRONIZE CACHE(16)
          0x1B, Duration.ofMinutes(5), // START STOP UNIT flushes
          0x41, Duration.ofMinutes(10), // WRITE SAME(10)
          0x93, Duration.ofMinutes(10), // WRITE SAME(16)
          0x42, Duration.ofMinutes(10), // UNMAP
          0x83, Duration.ofMinutes(10)); // EXTENDED COPY and its like

  private CommandTimeouts() {}

  /** RECOMMENDED COMMAND TIMEOUT. */
  static Duration recommended(CommandSpec row) {
    return LONG.getOrDefault(
        row.opcode(), row.touches().equals(MediumRange.NONE) ? WITHOUT_MEDIUM : MEDIUM);
  }
}
