package org.holdfast.backstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A file in memory that notes each call, and that a test can make fail, stop or come up short. */
final class ScriptedIo implements FileIo {
  /** Something that a call does before its work. */
  interface Step {
    void run() throws IOException;
  }

  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final byte[] bytes;
  volatile int atMostPerCall = Integer.MAX_VALUE;
  volatile Step onRead = () -> {};
  volatile Step onWrite = () -> {};
  volatile Step onForce = () -> {};
  volatile Step onClose = () -> {};

  ScriptedIo(int size) {
    bytes = new byte[size];
  }

  static Step fails(String message) {
    return () -> {
      throw new IOException(message);
    };
  }

  /** This file, opened, with nothing of it in the page cache. */
  OpenFile opened(ScriptedRanges ranges, Runnable released) {
    return new OpenFile(
        "disk",
        this,
        PageCache.NOTHING,
        ranges,
        new SpaceWatch(ranges, () -> 0),
        FileDeviceOptions.Allocation.THIN,
        released);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    calls.add("read");
    onRead.run();
    int length =
        (int) Math.min(Math.min(target.remaining(), atMostPerCall), bytes.length - position);
    if (length <= 0) {
      return -1;
    }
    target.put(bytes, (int) position, length);
    return length;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    calls.add("write");
    onWrite.run();
    int length = Math.min(source.remaining(), atMostPerCall);
    source.get(bytes, (int) position, length);
    return length;
  }

  @Override
  public void force() throws IOException {
    calls.add("force");
    onForce.run();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void close() throws IOException {
    onClose.run();
    calls.add("close");
  }
}
