package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/**
 * A disk in memory whose power can be cut. What is written goes to its cache; a force makes stable
 * what was in the cache when it began. Without power every call fails; when it comes back, what was
 * not stable is gone, but for some sectors that the disk happened to have written.
 *
 * <p>It is an open file for {@link FileDevice}, again and again. Thread: any.
 */
final class PowerFailDisk implements FileIo, RangeIo {
  static final int SECTOR = 512;
  private static final int A_WHILE = 20_000;

  private final byte[] cache;
  private final byte[] stable;
  private final Random random;
  private boolean on = true;

  /** All zeros. */
  PowerFailDisk(int size, Random random) {
    cache = new byte[size];
    stable = new byte[size];
    this.random = random;
  }

  /** What has begun may have had its effect, wholly or in part; nothing has any from now on. */
  synchronized void cut() {
    on = false;
  }

  /** With what a power cut has left. */
  synchronized void comeBack() {
    boolean all = random.nextBoolean();
    for (int at = 0; at < cache.length; at += SECTOR) {
      if (!all && random.nextBoolean()) {
        System.arraycopy(cache, at, stable, at, SECTOR);
      }
    }
    System.arraycopy(stable, 0, cache, 0, cache.length);
    on = true;
  }

  private void requirePower() throws IOException {
    if (!on) {
      throw new IOException("Input/output error");
    }
  }

  @Override
  public synchronized int read(ByteBuffer target, long position) throws IOException {
    requirePower();
    int length = (int) Math.min(target.remaining(), cache.length - position);
    target.put(cache, (int) position, length);
    return length;
  }

  /** Takes some sectors at a time, so that a cut may come between them. */
  @Override
  public synchronized int write(ByteBuffer source, long position) throws IOException {
    requirePower();
    int sectors = source.remaining() / SECTOR;
    int length = SECTOR * (1 + random.nextInt(sectors));
    source.get(cache, (int) position, length);
    return length;
  }

  /** Who writes meanwhile is not covered. */
  @Override
  public void force() throws IOException {
    byte[] begun;
    synchronized (this) {
      requirePower();
      begun = cache.clone();
    }
    LockSupport.parkNanos(A_WHILE); // in which others write
    synchronized (this) {
      requirePower();
      System.arraycopy(begun, 0, stable, 0, begun.length);
    }
  }

  @Override
  public long size() {
    return cache.length;
  }

  @Override
  public void close() {
    // Opened again after a cut.
  }

  @Override
  public PageCache cache() {
    return PageCache.EVERYTHING;
  }

  @Override
  public boolean present() {
    return true;
  }

  @Override
  public Shape shape(int blockSize) {
    return new Shape(/* thin= */ true, 0, 1, 0);
  }

  @Override
  public synchronized boolean deallocate(long offset, long length) throws IOException {
    requirePower();
    Arrays.fill(cache, (int) offset, (int) (offset + length), (byte) 0);
    return true;
  }

  @Override
  public boolean zero(long offset, long length) throws IOException {
    return deallocate(offset, length);
  }

  @Override
  public List<IoResult.Extent> extents(long offset, long length, int unit) {
    return NoRanges.allMapped(offset, length);
  }

  @Override
  public synchronized boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length)
      throws IOException {
    requirePower();
    System.arraycopy(cache, (int) sourceOffset, cache, (int) offset, (int) length);
    return true;
  }

  @Override
  public SpaceUsage space() {
    return SpaceUsage.UNKNOWN;
  }

  @Override
  public boolean truncate(long size) {
    return false;
  }

  @Override
  public boolean allocate(long size) {
    return false;
  }
}
