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
    return ofSize(backing, size, 512);
  }

  /**
   * @param sector bytes of its logical blocks
   */
  static LoopDevice ofSize(Path backing, long size, int sector)
      throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to make a loop device");
    setLength(backing, size);
    Process losetup =
        new ProcessBuilder(
                "losetup",
                "--find",
                "--show",
                "--sector-size",
                Integer.toString(sector),
                backing.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(losetup.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Assumptions.assumeTrue(losetup.waitFor() == 0, "losetup does not work here: " + said);
    return new LoopDevice(Path.of(said));
  }

  private static void setLength(Path backing, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(backing.toFile(), "rw")) {
      file.setLength(size);
    }
  }

  /** As if the disk had grown. */
  void resize(Path backing, long size) throws IOException, InterruptedException {
    setLength(backing, size);
    losetup("--set-capacity");
  }

  void detach() throws IOException, InterruptedException {
    losetup("--detach");
  }

  private void losetup(String what) throws IOException, InterruptedException {
    int status = new ProcessBuilder("losetup", what, node.toString()).start().waitFor();
    if (status != 0) {
      throw new IOException("losetup " + what + " " + node + " ended with " + status);
    }
  }
}
