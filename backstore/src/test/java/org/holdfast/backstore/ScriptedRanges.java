package org.holdfast.backstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.holdfast.scsi.IoResult;
import org.holdfast.scsi.SpaceUsage;

/** Notes each call and answers as a test says: it can, it cannot, or it fails. */
final class ScriptedRanges implements RangeIo {
  /** An answer. */
  interface Answer {
    boolean get() throws IOException;
  }

  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  volatile Answer onDeallocate = () -> true;
  volatile Answer onZero = () -> true;
  volatile Answer onCopy = () -> true;
  volatile Answer onResize = () -> true;
  volatile Runnable onSpace = () -> {};
  volatile SpaceUsage space = SpaceUsage.UNKNOWN;

  private boolean answer(String call, Answer answer) throws IOException {
    calls.add(call);
    return answer.get();
  }

  volatile boolean present = true;

  @Override
  public boolean present() {
    return present;
  }

  @Override
  public PageCache cache() {
    return PageCache.NOTHING;
  }

  @Override
  public Shape shape(int blockSize) {
    return new Shape(/* thin= */ true, 0, 1, 0);
  }

  @Override
  public boolean deallocate(long offset, long length) throws IOException {
    return answer("deallocate", onDeallocate);
  }

  @Override
  public boolean zero(long offset, long length) throws IOException {
    return answer("zero", onZero);
  }

  @Override
  public List<IoResult.Extent> extents(long offset, long length, int unit) {
    return NoRanges.allMapped(offset, length);
  }

  @Override
  public boolean copyFrom(RangeIo source, long sourceOffset, long offset, long length)
      throws IOException {
    return answer("copy", onCopy);
  }

  @Override
  public SpaceUsage space() {
    onSpace.run();
    return space;
  }

  @Override
  public boolean truncate(long size) throws IOException {
    return answer("truncate " + size, onResize);
  }

  @Override
  public boolean allocate(long size) throws IOException {
    return answer("allocate " + size, onResize);
  }

  @Override
  public void close() {
    calls.add("close");
  }
}
