package org.holdfast.backstore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The calls that {@link FileDevice} makes on an open file; what tests put faults into.
 *
 * <p>Thread: any, several at once.
 */
interface FileIo extends Closeable {
  /** One positional read; may be short; -1 at or beyond the end of the file. */
  int read(ByteBuffer target, long position) throws IOException;

  /** One positional write; may be short. */
  int write(ByteBuffer source, long position) throws IOException;

  /** Makes every write that has returned stable: data, and what is needed to find it again. */
  void force() throws IOException;

  /** Bytes of the file or disk now. */
  long size() throws IOException;

  /** Releases locks and the descriptor. */
  @Override
  void close() throws IOException;
}
