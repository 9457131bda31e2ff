package org.holdfast.backstore;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.holdfast.backstore.linux.DirectIoLimits;
import org.holdfast.backstore.linux.OsFile;
import org.holdfast.backstore.linux.PositionalIo;
import org.jspecify.annotations.Nullable;

/**
 * {@link FileIo} past the page cache (O_DIRECT).
 *
 * <p>Memory that the disk cannot reach, because it is on the heap or does not begin at a multiple
 * of what {@link DirectIoLimits} asks for, is replaced by memory of this class, of which there is
 * as much as requests run at once. Positions and lengths are whole logical blocks, and {@link
 * FileOpener} has made sure that those are multiples of the disk's; nothing here reads a block in
 * order to write a part of it.
 *
 * <p>{@link #force} still has work to do: what bypasses the page cache is in the disk's own cache,
 * and where the file has grown its size is in neither.
 */
final class DirectIo implements FileIo {
  /** A longer request goes in pieces of this size when its memory has to be replaced. */
  private static final int PIECE = 256 << 10;

  private final FileIo buffered;
  private final OsFile direct;
  private final int alignment;

  /** Memory that nobody uses now, each of {@link #PIECE} bytes and aligned. */
  private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();

  /**
   * Owns both from here on.
   *
   * @param buffered the same file, for everything but data
   */
  DirectIo(FileIo buffered, OsFile direct, DirectIoLimits limits) {
    this.buffered = buffered;
    this.direct = direct;
    // Never less than the file's unit: a piece has to end at one, too.
    this.alignment = Math.max(limits.memory(), limits.offset());
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    if (reachable(target)) {
      int got = (int) PositionalIo.read(direct, MemorySegment.ofBuffer(target), position);
      target.position(target.position() + got);
      return got == 0 ? -1 : got;
    }
    ByteBuffer piece = take(Math.min(PIECE, target.remaining()));
    try {
      int got = (int) PositionalIo.read(direct, MemorySegment.ofBuffer(piece), position);
      target.put(piece.limit(got));
      return got == 0 ? -1 : got;
    } finally {
      free.push(piece);
    }
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    if (reachable(source)) {
      int put = (int) PositionalIo.write(direct, MemorySegment.ofBuffer(source), position);
      source.position(source.position() + put);
      return put;
    }
    int length = Math.min(PIECE, source.remaining());
    ByteBuffer piece = take(length);
    try {
      piece.put(0, source, source.position(), length);
      int put = (int) PositionalIo.write(direct, MemorySegment.ofBuffer(piece), position);
      source.position(source.position() + put);
      return put;
    } finally {
      free.push(piece);
    }
  }

  private boolean reachable(ByteBuffer memory) {
    return memory.isDirect() && memory.alignmentOffset(memory.position(), alignment) == 0;
  }

  private ByteBuffer take(int length) {
    @Nullable ByteBuffer kept = free.poll();
    ByteBuffer piece =
        kept == null ? ByteBuffer.allocateDirect(PIECE + alignment).alignedSlice(alignment) : kept;
    return piece.clear().limit(length);
  }

  @Override
  public void force() throws IOException {
    buffered.force();
  }

  @Override
  public long size() throws IOException {
    return buffered.size();
  }

  @Override
  public void close() throws IOException {
    // The lock is on the file that is closed last.
    try {
      direct.close();
    } finally {
      buffered.close();
    }
  }
}
