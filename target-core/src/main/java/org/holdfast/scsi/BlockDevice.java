package org.holdfast.scsi;

/**
 * The port to stored data. Implementations live outside the engine.
 *
 * <p>Thread: {@link #submit} may be called from any thread and never blocks; it may complete on the
 * caller's thread before it returns. The buffers inside a request belong to the device until the
 * completion is called, exactly once.
 */
public interface BlockDevice extends AutoCloseable {
  /** What the device is now. May change (a resize); read it once per command. */
  DeviceProfile profile();

  /**
   * False while the backing store is not there: the unit then answers NOT READY and {@link
   * #profile} is what it was last known to be. Never blocks.
   */
  boolean ready();

  /**
   * How full the backing store is; {@link SpaceUsage#UNKNOWN} where nobody can say. Never blocks.
   */
  SpaceUsage space();

  /**
   * How long one {@link IoRequest.Write} may be that changes either all of its blocks or none of
   * them, whatever happens: a fault, the end of the process, a power cut. Never blocks.
   *
   * @return bytes; 0, unless a device knows better, is no promise
   */
  default int atomicWriteLimit() {
    return 0;
  }

  /** Begins {@code request}; tells {@code completion} when it has ended. */
  void submit(IoRequest request, IoCompletion completion);

  /**
   * Waits for what is running, makes completed writes durable, lets the device go. Idempotent.
   *
   * @throws IllegalStateException the device is closed, but writes that were answered may be lost
   */
  @Override
  void close();
}
