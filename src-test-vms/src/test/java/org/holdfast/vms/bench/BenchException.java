package org.holdfast.vms.bench;

/** Ends the benchmark with a message for whoever started it. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Something went wrong while measuring. */
  static final int FAILED = 1;

  /** As in sysexits.h: wrong arguments. */
  static final int USAGE = 64;

  /** As in sysexits.h: the machine lacks something. */
  static final int UNAVAILABLE = 69;

  private final int exitCode;

  BenchException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
