package org.holdfast.scsi;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a unit's device was asked and what it failed at: the error counter log pages (SPC-4 clause
 * 7.3.8). Thread: any; counting never contends.
 */
public final class IoCounters {
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder readNanos = new LongAdder();
  private final LongAdder writeNanos = new LongAdder();
  private final LongAdder readErrors = new LongAdder();
  private final LongAdder writeErrors = new LongAdder();

  /** What LOG SELECT has made the counters of bytes begin from. */
  private volatile long readBytesForgotten;

  private volatile long writtenBytesForgotten;

  void asked(IoRequest request) {
    switch (request) {
      case IoRequest.Read read -> readBytes.add(read.target().remaining());
      case IoRequest.Write write -> writtenBytes.add(write.source().remaining());
      case IoRequest.WriteZeroes zeroes -> writtenBytes.add(zeroes.length());
      case IoRequest.CopyFrom copy -> writtenBytes.add(copy.length());
      case IoRequest.Flush _, IoRequest.Unmap _, IoRequest.FindExtents _ -> {}
    }
  }

  /** The turn of a command that reads or writes the medium has come. */
  void begun() {
    begun.increment();
  }

  /**
   * A command that reads the medium has ended, however.
   *
   * @param nanos since it came, with the wait for its turn
   */
  void readEnded(long nanos) {
    reads.increment();
    readNanos.add(nanos);
  }

  /** As {@link #readEnded}, of one that writes. */
  void writeEnded(long nanos) {
    writes.increment();
    writeNanos.add(nanos);
  }

  /** Commands that have read the medium. */
  public long reads() {
    return reads.sum();
  }

  /** Commands that have written the medium. */
  public long writes() {
    return writes.sum();
  }

  /** How long {@link #reads} took altogether, with all that they waited for, nanoseconds. */
  public long readNanos() {
    return readNanos.sum();
  }

  /** As {@link #readNanos}. */
  public long writeNanos() {
    return writeNanos.sum();
  }

  /** Commands that are reading or writing the medium now. */
  public long inFlight() {
    // The ends first: what begins meanwhile makes it larger, never negative.
    long ended = reads.sum() + writes.sum();
    return begun.sum() - ended;
  }

  /** Bytes that were to be read since the daemon began, whatever LOG SELECT has done. */
  public long allReadBytes() {
    return readBytes.sum();
  }

  /** As {@link #allReadBytes}. */
  public long allWrittenBytes() {
    return writtenBytes.sum();
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
    return readBytes.sum() - readBytesForgotten;
  }

  /** Bytes that were to be written, failed writes included. */
  public long writtenBytes() {
    return writtenBytes.sum() - writtenBytesForgotten;
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
    readBytesForgotten = readBytes.sum();
    readErrors.reset();
  }

  /** LOG SELECT: the counters of writes begin again. What is counted meanwhile may be lost. */
  public void resetWrites() {
    writtenBytesForgotten = writtenBytes.sum();
    writeErrors.reset();
  }
}
