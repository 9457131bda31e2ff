package org.holdfast.backstore;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A real block device node over a file, where this user may make one; else the test is skipped. */
record LoopDevice(Path node) {
  static LoopDevice ofSize(Path backing, long size) throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a loop device");
    try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
      file.setLength(size);
    }
    Process losetup =
        new ProcessBuilder("losetup", "--find", "--show", backing.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(losetup.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Assumptions.assumeTrue(losetup.waitFor() == 0, "losetup does not work here: " + said);
    return new LoopDevice(Path.of(said));
  }

  void detach() throws IOException, InterruptedException {
    int status = new ProcessBuilder("losetup", "--detach", node.toString()).start().waitFor();
    if (status != 0) {
      throw new IOException("losetup --detach " + node + " ended with " + status);
    }
  }
}
