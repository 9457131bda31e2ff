package org.holdfast.scsi;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Carries an erasure out, piece by piece, and makes it durable at the end of every pass.
 *
 * <p>A device may complete before {@code submit} returns; the counter {@code work} makes a loop of
 * that, and orders the steps when they run on different threads.
 */
final class MediumEraser {
  /** Bytes written at once: a whole number of blocks of every size. */
  private static final int WRITTEN = 1 << 20;

  /** Bytes zeroed or unmapped at once, which takes a device little longer. */
  private static final long ZEROED = 64L << 20;

  private static final int KEY_BYTES = 32;
  private static final int COUNTER_BYTES = 16;

  private final BlockDevice device;
  private final MediumOperation.Erasure erasure;
  private final DeviceProfile profile;
  private final Runnable pieceDone;
  private final Consumer<IoResult> done;
  private final AtomicInteger work = new AtomicInteger();

  // Owned by whoever runs step(): at most one thread at any time, handed over through work.
  private IoResult previous = IoResult.DONE;
  private int pass;
  private long position;
  private boolean flushed;
  private @Nullable Cipher keyStream;

  /** Where the erasure is, in 65536ths, for whoever asks. */
  private volatile int progress;

  /**
   * @param pieceDone called between two pieces
   * @param done told once: {@link IoResult#DONE}, or what went wrong
   */
  MediumEraser(
      BlockDevice device,
      MediumOperation.Erasure erasure,
      Runnable pieceDone,
      Consumer<IoResult> done) {
    this.device = device;
    this.erasure = erasure;
    this.profile = device.profile();
    this.pieceDone = pieceDone;
    this.done = done;
  }

  /** 0..65535. */
  int progress() {
    return progress;
  }

  void advance() {
    if (work.getAndIncrement() == 0) {
      do {
        step();
      } while (work.decrementAndGet() != 0);
    }
  }

  private int passes() {
    return erasure instanceof MediumOperation.Erasure.Pattern pattern ? pattern.passes() : 1;
  }

  private void step() {
    if (previous instanceof IoResult.Failed) {
      done.accept(previous);
      return;
    }
    pieceDone.run();
    if (position == profile.size()) {
      if (!flushed) {
        flushed = true;
        submit(new IoRequest.Flush());
        return;
      }
      pass++;
      if (pass == passes()) {
        done.accept(IoResult.DONE);
        return;
      }
      position = 0;
      flushed = false;
    }
    long left = profile.size() - position;
    IoRequest request = next(left);
    submit(request);
  }

  private void submit(IoRequest request) {
    device.submit(
        request,
        result -> {
          previous = result;
          advance();
        });
  }

  /** The next piece; counts it as done. */
  private IoRequest next(long left) {
    long from = position;
    return switch (erasure) {
      case MediumOperation.Erasure.Zeroes() -> {
        long length = Math.min(left, ZEROED);
        count(length);
        yield profile.thin()
            ? new IoRequest.Unmap(from, length)
            : new IoRequest.WriteZeroes(from, length, false, false);
      }
      case MediumOperation.Erasure.Pattern pattern -> {
        ByteBuffer data = patterned(pattern, (int) Math.min(left, WRITTEN));
        count(data.remaining());
        yield new IoRequest.Write(from, data, false);
      }
      case MediumOperation.Erasure.Noise() -> {
        ByteBuffer data = noise((int) Math.min(left, WRITTEN));
        count(data.remaining());
        yield new IoRequest.Write(from, data, false);
      }
    };
  }

  private void count(long bytes) {
    position += bytes;
    double share = (pass + (double) position / profile.size()) / passes();
    progress = (int) Math.min(0xFFFF, share * 0x10000);
  }

  /** SBC-4, the OVERWRITE service action: passes alternate and the last one is the pattern. */
  private ByteBuffer patterned(MediumOperation.Erasure.Pattern erasing, int length) {
    ByteBuffer pattern = erasing.pattern();
    int mask = erasing.invert() && (erasing.passes() - 1 - pass) % 2 != 0 ? 0xFF : 0;
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (pattern.get(i % profile.blockSize() % pattern.limit()) ^ mask);
    }
    return ByteBuffer.wrap(data);
  }

  private ByteBuffer noise(int length) {
    Cipher stream = keyStream;
    if (stream == null) {
      stream = newKeyStream();
      keyStream = stream;
    }
    return ByteBuffer.wrap(stream.update(new byte[length]));
  }

  /** AES in counter mode under a key that nobody keeps. */
  private static Cipher newKeyStream() {
    SecureRandom random = new SecureRandom();
    byte[] key = new byte[KEY_BYTES];
    byte[] counter = new byte[COUNTER_BYTES];
    random.nextBytes(key);
    random.nextBytes(counter);
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES in counter mode", e);
    }
  }
}
