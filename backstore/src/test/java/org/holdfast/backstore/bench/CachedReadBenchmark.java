package org.holdfast.backstore.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.holdfast.backstore.linux.CachedRead;
import org.holdfast.backstore.linux.OsFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading from the page cache: the JDK's positional read, and preadv2 with RWF_NOWAIT. The file is
 * in the directory for temporary files; where that is in memory there is no RWF_NOWAIT.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CachedReadBenchmark {
  private static final int SIZE = 64 << 20;

  /** Bytes of a read. */
  @Param({"4096", "262144"})
  public int length;

  private final SplittableRandom random = new SplittableRandom(1);
  private Path path;
  private FileChannel channel;
  private OsFile file;
  private ByteBuffer target;

  /** Writes the file, which leaves it in the page cache. */
  @Setup
  public void prepare() throws IOException {
    path = Files.createTempFile("holdfast-bench", null);
    Files.write(path, new byte[SIZE]);
    channel = FileChannel.open(path, StandardOpenOption.READ);
    file = OsFile.open(path, OsFile.Mode.READ);
    target = ByteBuffer.allocateDirect(length);
  }

  @TearDown
  public void remove() throws IOException {
    channel.close();
    file.close();
    Files.delete(path);
  }

  private long place() {
    return (long) random.nextInt(SIZE / length) * length;
  }

  /** The JDK's. */
  @Benchmark
  public int channel() throws IOException {
    return channel.read(target.clear(), place());
  }

  /** Ours. */
  @Benchmark
  public int preadv2() {
    int got = CachedRead.read(file, target.clear(), place());
    if (got != length) {
      throw new IllegalStateException("preadv2: " + got);
    }
    return got;
  }
}
