package org.holdfast.scsi;

/** How an {@link IoRequest} ended. */
public sealed interface IoResult {
  /** The one value for success. */
  Done DONE = new Done();

  /** The request did what it says. */
  record Done() implements IoResult {}

  /**
   * The device could not do it. The cause has been logged by the device with all it knows.
   *
   * @param fault what the initiator is told, by way of {@code FaultMapper}
   * @param offset first byte of the device that is known to be affected, or the request's offset
   * @param detail for the log: what, where, and the operating system's words
   */
  record Failed(DeviceFault fault, long offset, String detail) implements IoResult {}
}
