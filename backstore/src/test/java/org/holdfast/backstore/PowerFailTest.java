package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceProfile;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Power cuts and orderly ends at random moments under random requests, several at once: without a
 * write cache every change that was done is kept, with one every change with FUA and every one that
 * was done before a flush began that was done; after close all of them. Reads see what was done.
 *
 * <p>{@code -Dholdfast.seed=N} repeats the requests, not the threads' timing; {@code
 * -Dholdfast.tests=all} makes it longer.
 *
 * <p>Seen to fail, all of them within 250 batches, when a write is answered without a force, and
 * when {@code StableStorage} counts those as served who asked while the force ran.
 */
class PowerFailTest {
  private static final int BLOCK = PowerFailDisk.SECTOR;
  private static final int BLOCKS = 128;
  private static final int MOST_BLOCKS = 12;
  private static final int MOST_AT_ONCE = 6;
  private static final int BATCHES =
      "all".equals(System.getProperty("holdfast.tests")) ? 100_000 : 3_000;

  private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final PowerFailDisk disk = new PowerFailDisk(BLOCKS * BLOCK, random);
  private final Model model = new Model();
  private int lastValue;

  /**
   * What each block may hold. A value is a number that fills the block, 0 for zeros; a block's
   * values are in the order in which they were put there.
   */
  private static final class Model {
    private final List<List<Integer>> values = new ArrayList<>();

    /** By block: index of the oldest value that a power cut may leave. */
    private int[] stable = new int[BLOCKS];

    Model() {
      for (int block = 0; block < BLOCKS; block++) {
        values.add(new ArrayList<>(List.of(0)));
      }
    }

    void put(int block, int value) {
      values.get(block).add(value);
    }

    int latest(int block) {
      return values.get(block).getLast();
    }

    int[] latest() {
      return values.stream().mapToInt(list -> list.size() - 1).toArray();
    }

    void flushed(int... upTo) {
      for (int block = 0; block < BLOCKS; block++) {
        stable[block] = Math.max(stable[block], upTo[block]);
      }
    }

    void flushed(int block) {
      stable[block] = values.get(block).size() - 1;
    }

    /** Checks a block against what may be there after a cut, and goes on from it. */
    void found(int block, int value, String what) {
      List<Integer> all = values.get(block);
      assertThat(all.subList(stable[block], all.size()))
          .as("%s: block %d, of which %s", what, block, all)
          .contains(value);
      values.set(block, new ArrayList<>(List.of(value)));
      stable[block] = 0;
    }
  }

  /** A request in flight. */
  private record Begun(
      IoRequest request, int first, int count, CompletableFuture<IoResult> result) {}

  @ParameterizedTest
  @CsvSource({
    "WRITE_THROUGH,NONE",
    "WRITE_THROUGH,READS_AND_CACHED_WRITES",
    "WRITE_BACK,NONE",
    "WRITE_BACK,READS_AND_CACHED_WRITES"
  })
  void whatWasPromisedToBeStableSurvives(CacheMode cache, InlineIo inline) {
    System.out.printf("PowerFailTest: %s, %s, -Dholdfast.seed=%d%n", cache, inline, seed);
    BlockDevice device = open(cache, inline);
    int cuts = 0;
    for (int number = 0; number < BATCHES; number++) {
      String what = "seed %d, batch %d".formatted(seed, number);
      int chance = random.nextInt(20);
      batch(device, cache, /* cut= */ chance == 0, what);
      if (chance <= 1) {
        if (chance == 0) {
          closeWithoutPower(device);
        } else {
          device.close();
          model.flushed(model.latest());
          disk.cut();
        }
        disk.comeBack();
        device = open(cache, inline);
        look(device, what);
        cuts++;
      }
    }
    device.close();
    assertThat(cuts).isGreaterThan(BATCHES / 20);
  }

  /** What was not stable is lost, and the device may know of it. */
  private static void closeWithoutPower(BlockDevice device) {
    try {
      device.close();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("may be lost");
    }
  }

  private FileDevice open(CacheMode cache, InlineIo inline) {
    return new FileDevice(
        new OpenFile(
            "disk",
            disk,
            disk.cache(),
            disk,
            new SpaceWatch(RangeIo.NONE, System::nanoTime),
            FileDeviceOptions.Allocation.THIN,
            () -> {}),
        new DeviceProfile(
            BLOCK,
            BLOCKS,
            0,
            cache == CacheMode.WRITE_BACK,
            /* readOnly= */ false,
            /* thin= */ true),
        inline,
        new IoThreads("power", 4, 16));
  }

  /** Requests that touch different blocks, all in flight together; the power may go meanwhile. */
  private void batch(BlockDevice device, CacheMode cache, boolean cut, String what) {
    int[] before = model.latest();
    BitSet touched = new BitSet();
    List<Begun> all = new ArrayList<>();
    int wanted = 1 + random.nextInt(MOST_AT_ONCE);
    for (int i = 0; i < wanted; i++) {
      int count = 1 + random.nextInt(MOST_BLOCKS);
      int first = random.nextInt(BLOCKS - count + 1);
      int taken = touched.nextSetBit(first);
      if (taken < 0 || taken >= first + count) {
        all.add(begin(device, first, count, touched));
      }
    }
    if (cut) {
      disk.cut();
    }
    for (Begun begun : all) {
      IoResult result = Io.result(begun.result());
      if (result instanceof IoResult.Failed) {
        assertThat(cut).as("%s: %s", what, result).isTrue();
      } else {
        done(begun, cache, before, what);
      }
    }
  }

  private Begun begin(BlockDevice device, int first, int count, BitSet touched) {
    long offset = (long) first * BLOCK;
    long length = (long) count * BLOCK;
    IoRequest request =
        switch (random.nextInt(10)) {
          case 0 -> new IoRequest.Flush();
          case 1 -> new IoRequest.Unmap(offset, length);
          case 2 ->
              new IoRequest.WriteZeroes(
                  offset, length, random.nextBoolean(), /* fua= */ random.nextInt(4) == 0);
          case 3, 4 -> new IoRequest.Read(offset, ByteBuffer.allocate((int) length));
          default ->
              new IoRequest.Write(
                  offset, filled(++lastValue, count), /* fua= */ random.nextInt(4) == 0);
        };
    if (!(request instanceof IoRequest.Flush)) {
      touched.set(first, first + count);
    }
    for (int block = first; block < first + count; block++) {
      switch (request) {
        case IoRequest.Write _ -> model.put(block, lastValue);
        case IoRequest.WriteZeroes _, IoRequest.Unmap _ -> model.put(block, 0);
        case IoRequest.Read _,
            IoRequest.Flush _,
            IoRequest.FindExtents _,
            IoRequest.CopyFrom _ -> {}
      }
    }
    return new Begun(request, first, count, Io.begin(device, request));
  }

  private void done(Begun begun, CacheMode cache, int[] before, String what) {
    boolean stable =
        switch (begun.request()) {
          case IoRequest.Write write -> write.fua() || cache == CacheMode.WRITE_THROUGH;
          case IoRequest.WriteZeroes zeroes -> zeroes.fua() || cache == CacheMode.WRITE_THROUGH;
          case IoRequest.Unmap _ -> cache == CacheMode.WRITE_THROUGH;
          case IoRequest.Read read -> {
            for (int i = 0; i < begun.count(); i++) {
              assertThat(value(read.target().clear(), i, what))
                  .as("%s: block %d", what, begun.first() + i)
                  .isEqualTo(model.latest(begun.first() + i));
            }
            yield false;
          }
          case IoRequest.Flush _ -> {
            model.flushed(before);
            yield false;
          }
          case IoRequest.FindExtents _, IoRequest.CopyFrom _ -> false;
        };
    if (stable) {
      for (int block = begun.first(); block < begun.first() + begun.count(); block++) {
        model.flushed(block);
      }
    }
  }

  private void look(BlockDevice device, String what) {
    ByteBuffer all = ByteBuffer.wrap(Io.read(device, 0, BLOCKS * BLOCK));
    for (int block = 0; block < BLOCKS; block++) {
      model.found(block, value(all, block, what), what);
    }
  }

  private static ByteBuffer filled(int value, int blocks) {
    ByteBuffer content = ByteBuffer.allocate(blocks * BLOCK);
    while (content.hasRemaining()) {
      content.putInt(value);
    }
    return content.flip();
  }

  /** What fills a block; it must be one value. */
  private static int value(ByteBuffer content, int block, String what) {
    int value = content.getInt(block * BLOCK);
    for (int at = 0; at < BLOCK; at += Integer.BYTES) {
      assertThat(content.getInt(block * BLOCK + at)).as("%s: a torn block", what).isEqualTo(value);
    }
    return value;
  }
}
