package org.holdfast.scsi.command;

import java.nio.ByteBuffer;
import java.util.List;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.SpaceUsage;

/** The log pages (SPC-4 clause 7.3, SBC-3 clause 6.3), ascending by page code. */
final class LogPages {
  static final int SUPPORTED = 0x00;
  static final int ALL_SUBPAGES = 0xFF;
  static final int WRITE_ERRORS = 0x02;
  static final int READ_ERRORS = 0x03;

  /** Parameters of the error counter pages; what is not counted is not reported. */
  private static final int TOTAL_BYTES = 0x0005;

  private static final int TOTAL_UNCORRECTED = 0x0006;

  /** Parameters of the Logical Block Provisioning page. */
  private static final int AVAILABLE = 0x0001;

  private static final int USED = 0x0002;
  private static final byte SCOPE_THIS_UNIT = 0x01;
  private static final byte SCOPE_SHARED = 0x02;

  /** MOST RECENT TEMPERATURE READING that is none. */
  private static final byte NO_TEMPERATURE = (byte) 0xFF;

  private static final List<LogPage> PAGES =
      List.of(
          new LogPage(
              WRITE_ERRORS,
              LogPage.Applies.ALWAYS,
              /* hasCounters= */ true,
              unit -> errors(unit.counters().writtenBytes(), unit.counters().writeErrors())),
          new LogPage(
              READ_ERRORS,
              LogPage.Applies.ALWAYS,
              /* hasCounters= */ true,
              unit -> errors(unit.counters().readBytes(), unit.counters().readErrors())),
          new LogPage(
              0x0C, LogPages::isProvisioned, /* hasCounters= */ false, LogPages::provisioning),
          // No exception is ever pending: what happens is told by the command it happens to.
          new LogPage(
              0x2F,
              LogPage.Applies.ALWAYS,
              /* hasCounters= */ false,
              _ ->
                  List.of(
                      LogPage.Parameter.list(
                          0x0000, (byte) 0, (byte) 0, NO_TEMPERATURE, (byte) 0))));

  private LogPages() {}

  /** The pages of this unit. */
  static List<LogPage> of(LogicalUnit unit) {
    return PAGES.stream().filter(page -> page.applies().to(unit)).toList();
  }

  private static List<LogPage.Parameter> errors(long bytes, long uncorrected) {
    return List.of(
        LogPage.Parameter.counter(TOTAL_BYTES, bytes),
        LogPage.Parameter.counter(TOTAL_UNCORRECTED, uncorrected));
  }

  private static boolean isProvisioned(LogicalUnit unit) {
    return unit.device().profile().thin() && unit.device().space().known();
  }

  private static List<LogPage.Parameter> provisioning(LogicalUnit unit) {
    SpaceUsage space = unit.device().space();
    return List.of(
        resource(AVAILABLE, space.available(), SCOPE_SHARED, unit),
        resource(USED, space.used(), SCOPE_THIS_UNIT, unit));
  }

  /** A RESOURCE COUNT in threshold sets, rounded down, and its SCOPE (SBC-3 clause 6.3.4). */
  private static LogPage.Parameter resource(int code, long bytes, byte scope, LogicalUnit unit) {
    long blocks = bytes / unit.device().profile().blockSize();
    ByteBuffer value = ByteBuffer.allocate(8);
    value.putInt(Bytes.saturate32(blocks >>> Provisioning.thresholdExponent(unit)));
    value.put(scope);
    return LogPage.Parameter.list(code, value.array());
  }
}
