package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.holdfast.scsi.BlockDevice;
import org.holdfast.scsi.DeviceFault;
import org.holdfast.scsi.IoRequest;
import org.holdfast.scsi.IoResult;

/** Requests as tests like to write them. */
final class Io {
  private Io() {}

  static CompletableFuture<IoResult> begin(BlockDevice device, IoRequest request) {
    CompletableFuture<IoResult> result = new CompletableFuture<>();
    device.submit(
        request,
        done -> {
          if (!result.complete(done)) {
            throw new IllegalStateException("completed twice");
          }
        });
    return result;
  }

  static IoResult run(BlockDevice device, IoRequest request) {
    return result(begin(device, request));
  }

  static IoResult result(CompletableFuture<IoResult> begun) {
    return begun.orTimeout(30, TimeUnit.SECONDS).join();
  }

  static IoResult write(BlockDevice device, long offset, byte[] data) {
    return run(device, new IoRequest.Write(offset, ByteBuffer.wrap(data), false));
  }

  static byte[] read(BlockDevice device, long offset, int length) {
    byte[] data = new byte[length];
    assertThat(run(device, new IoRequest.Read(offset, ByteBuffer.wrap(data))))
        .isEqualTo(IoResult.DONE);
    return data;
  }

  static IoRequest.Write write(long offset, int length, boolean fua) {
    return new IoRequest.Write(offset, ByteBuffer.wrap(bytes(length, 0x5A)), fua);
  }

  static IoRequest.Read read(long offset, int length) {
    return new IoRequest.Read(offset, ByteBuffer.allocate(length));
  }

  static byte[] bytes(int length, int value) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) value);
    return data;
  }

  static IoResult.Failed failure(IoResult result, DeviceFault fault) {
    assertThat(result).isInstanceOf(IoResult.Failed.class);
    IoResult.Failed failed = (IoResult.Failed) result;
    assertThat(failed.fault()).as(failed.detail()).isEqualTo(fault);
    return failed;
  }
}
