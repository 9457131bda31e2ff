package org.holdfast.scsi.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.holdfast.scsi.CdbField;
import org.holdfast.scsi.LogicalUnit;
import org.holdfast.scsi.Outcome;
import org.holdfast.scsi.ScsiTask;

/** LOG SENSE (SPC-4 clause 6.8). */
final class LogSense {
  /** Log parameters are not kept. */
  static final CdbField SP = CdbField.zero("SP", 1, 0, 1);

  static final CdbField PPC = CdbField.zero("PPC (obsolete)", 1, 1, 1);
  static final CdbField PC = CdbField.of("PC", 2, 7, 2);
  static final CdbField PAGE_CODE = CdbField.of("PAGE CODE", 2, 5, 6);
  static final CdbField SUBPAGE_CODE = CdbField.bytes("SUBPAGE CODE", 3, 1);
  static final CdbField PARAMETER_POINTER = CdbField.bytes("PARAMETER POINTER", 5, 2);
  static final CdbField ALLOCATION_LENGTH = CdbField.bytes("ALLOCATION LENGTH", 7, 2);

  private static final int CUMULATIVE = 1;
  private static final int DEFAULT_CUMULATIVE = 3;

  /** DS: the page is not saved. SPF: it has a subpage code. */
  private static final int DS = 0x80;

  private static final int SPF = 0x40;

  private LogSense() {}

  static void execute(LogicalUnit unit, ScsiTask task) {
    int code = (int) PAGE_CODE.valueIn(task.cdb());
    int subpage = (int) SUBPAGE_CODE.valueIn(task.cdb());
    Optional<LogPage> page =
        LogPages.of(unit).stream().filter(each -> each.code() == code).findFirst();
    if (code != LogPages.SUPPORTED && page.isEmpty()) {
      task.end(Outcome.check(PAGE_CODE.refused()));
    } else if (subpage != 0 && subpage != LogPages.ALL_SUBPAGES) {
      task.end(Outcome.check(SUBPAGE_CODE.refused()));
    } else if (subpage == LogPages.ALL_SUBPAGES) {
      answerList(task, DS | SPF | code, subpages(unit, code));
    } else if (page.isEmpty()) {
      answerList(task, code, pages(unit));
    } else {
      answer(unit, task, page.get());
    }
  }

  /** Supported Log Pages (SPC-4 clause 7.3.16): page codes. */
  private static byte[] pages(LogicalUnit unit) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    list.write(LogPages.SUPPORTED);
    LogPages.of(unit).forEach(page -> list.write(page.code()));
    return list.toByteArray();
  }

  /**
   * Supported Log Pages and Subpages of page 00h, Supported Subpages of the others: pairs of page
   * and subpage code.
   */
  private static byte[] subpages(LogicalUnit unit, int code) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    if (code == LogPages.SUPPORTED) {
      putPairs(list, LogPages.SUPPORTED);
      LogPages.of(unit).forEach(page -> putPairs(list, page.code()));
    } else {
      putPairs(list, code);
    }
    return list.toByteArray();
  }

  private static void putPairs(ByteArrayOutputStream list, int code) {
    list.write(code);
    list.write(0);
    list.write(code);
    list.write(LogPages.ALL_SUBPAGES);
  }

  /** These pages have no parameters to point at. */
  private static void answerList(ScsiTask task, int head, byte[] list) {
    if (PARAMETER_POINTER.valueIn(task.cdb()) != 0) {
      task.end(Outcome.check(PARAMETER_POINTER.refused()));
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(4 + list.length);
    out.put((byte) head).put((byte) ((head & SPF) != 0 ? LogPages.ALL_SUBPAGES : 0));
    out.putShort((short) list.length).put(list);
    end(task, out.array());
  }

  private static void answer(LogicalUnit unit, ScsiTask task, LogPage page) {
    int control = (int) PC.valueIn(task.cdb());
    if (page.hasCounters() && control != CUMULATIVE && control != DEFAULT_CUMULATIVE) {
      task.end(Outcome.check(PC.refused())); // No counter has a threshold.
      return;
    }
    boolean zeros = page.hasCounters() && control == DEFAULT_CUMULATIVE;
    long pointer = PARAMETER_POINTER.valueIn(task.cdb());
    List<LogPage.Parameter> parameters =
        page.content().of(unit).stream()
            .filter(parameter -> parameter.code() >= pointer)
            .map(parameter -> zeros ? LogPage.Parameter.counter(parameter.code(), 0) : parameter)
            .toList();
    if (parameters.isEmpty()) {
      task.end(Outcome.check(PARAMETER_POINTER.refused()));
      return;
    }
    int length = parameters.stream().mapToInt(LogPage.Parameter::length).sum();
    ByteBuffer out = ByteBuffer.allocate(4 + length);
    out.put((byte) (DS | page.code())).put((byte) 0).putShort((short) length);
    parameters.forEach(parameter -> parameter.putTo(out));
    end(task, out.array());
  }

  private static void end(ScsiTask task, byte[] data) {
    task.dataIn(data, ALLOCATION_LENGTH.valueIn(task.cdb()));
    task.end(Outcome.GOOD);
  }
}
