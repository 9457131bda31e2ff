package org.holdfast.scsi;

import java.nio.ByteBuffer;

/**
 * A block of memory that carries command data between a frontend, the engine and a device.
 *
 * <p>Ownership: one owner at any moment; handing the buffer on hands the ownership on; the owner
 * releases it exactly once. Not thread-safe by itself: the hand-over is the synchronisation.
 */
public interface DataBuffer {
  /** Usable size in bytes. */
  int capacity();

  /**
   * A fresh view of bytes {@code [offset, offset + length)} with position 0 and limit {@code
   * length}. It must not be used after {@link #release()}.
   */
  ByteBuffer view(int offset, int length);

  /** Gives the memory back. The second call is a programming error and throws. */
  void release();
}
