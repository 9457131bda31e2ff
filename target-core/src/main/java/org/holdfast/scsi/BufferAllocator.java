package org.holdfast.scsi;

/**
 * Where command data lives. The frontend provides it, so that its buffers reach the socket
 * uncopied.
 */
@FunctionalInterface
public interface BufferAllocator {
  /** A buffer of exactly {@code capacity} bytes, content undefined; the caller owns it. */
  DataBuffer allocate(int capacity);
}
