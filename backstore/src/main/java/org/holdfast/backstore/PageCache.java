package org.holdfast.backstore;

import java.nio.ByteBuffer;
import org.holdfast.backstore.linux.CachedRead;
import org.holdfast.backstore.linux.OsFile;

/**
 * What of an open file can be had at once, without waiting for a disk. An event loop may use it.
 *
 * <p>Thread: any, until the file is closed.
 */
interface PageCache {
  /** Nothing, or nobody can tell. */
  PageCache NOTHING = new Nothing();

  /** Everything, and it takes writes: the file system keeps its files in memory. */
  PageCache EVERYTHING = new Everything();

  /**
   * Moves what is there from {@code position} on to {@code target}. What it leaves, for whatever
   * reason, an ordinary read has to get: an error is met again there, and told.
   */
  void read(ByteBuffer target, long position);

  /** See {@link PageCache#NOTHING}. */
  record Nothing() implements PageCache {
    @Override
    public void read(ByteBuffer target, long position) {
      // Nothing is there.
    }
  }

  /** See {@link PageCache#EVERYTHING}; an ordinary read does not wait either. */
  record Everything() implements PageCache {
    @Override
    public void read(ByteBuffer target, long position) {
      // The ordinary read is as good.
    }
  }

  /** The kernel is asked each time, until it says that this file system cannot tell. */
  final class Asked implements PageCache {
    private final OsFile file;

    /** Goes from true to false once. A thread that misses it asks once more. */
    private volatile boolean answers = true;

    Asked(OsFile file) {
      this.file = file;
    }

    @Override
    public void read(ByteBuffer target, long position) {
      if (answers
          && target.isDirect()
          && target.hasRemaining()
          && CachedRead.isUnsupported(CachedRead.read(file, target, position))) {
        answers = false;
      }
    }
  }
}
