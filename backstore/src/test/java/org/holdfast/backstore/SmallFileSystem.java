package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A tmpfs that is soon full; the test is left out where none can be mounted. */
final class SmallFileSystem implements AutoCloseable {
  private final Path directory;

  private SmallFileSystem(Path directory) {
    this.directory = directory;
  }

  /** Mounts one of {@code bytes} on {@code directory}. */
  static SmallFileSystem mount(Path directory, int bytes) throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root to mount a tmpfs");
    Process mount =
        new ProcessBuilder(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=" + bytes,
                "holdfast-test",
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(mount.waitFor() == 0, "cannot mount a tmpfs here: " + said.strip());
    return new SmallFileSystem(directory);
  }

  @Override
  public void close() throws IOException {
    try {
      int result = new ProcessBuilder("umount", directory.toString()).start().waitFor();
      assertThat(result).as("umount").isZero();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while " + directory + " was unmounted", e);
    }
  }
}
