package org.holdfast.scsi;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a unit's device was asked and what it failed at: the error counter log pages (SPC-4 clause
 * 7.3.8). Thread: any; counting never contends.
 */
public final class IoCounters {
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder readErrors = new LongAdder();
  private final LongAdder writeErrors = new LongAdder();

  void asked(IoRequest request) {
    switch (request) {
      case IoRequest.Read read -> readBytes.add(read.target().remaining());
      case IoRequest.Write write -> writtenBytes.add(write.source().remaining());
      case IoRequest.WriteZeroes zeroes -> writtenBytes.add(zeroes.length());
      case IoRequest.CopyFrom copy -> writtenBytes.add(copy.length());
      case IoRequest.Flush _, IoRequest.Unmap _, IoRequest.FindExtents _ -> {}
    }
  }

  /** A command ends with a fault of the device. */
  void failed(DeviceFault fault) {
    switch (fault) {
      case READ_ERROR -> readErrors.increment();
      case WRITE_ERROR -> writeErrors.increment();
      case NO_SPACE, READ_ONLY, NOT_READY, NOT_SUPPORTED, OUT_OF_RANGE, QUEUE_FULL -> {}
    }
  }

  /** Bytes that were to be read, failed reads included. */
  public long readBytes() {
    return readBytes.sum();
  }

  /** Bytes that were to be written, failed writes included. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }

  /** Reads that could not be done. */
  public long readErrors() {
    return readErrors.sum();
  }

  /** Writes that could not be done. */
  public long writeErrors() {
    return writeErrors.sum();
  }

  /** LOG SELECT: the counters of reads begin again. What is counted meanwhile may be lost. */
  public void resetReads() {
    readBytes.reset();
    readErrors.reset();
  }

  /** LOG SELECT: the counters of writes begin again. What is counted meanwhile may be lost. */
  public void resetWrites() {
    writtenBytes.reset();
    writeErrors.reset();
  }
}
