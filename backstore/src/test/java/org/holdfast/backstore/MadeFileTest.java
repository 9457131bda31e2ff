package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeFileTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("disk");
  }

  private FileDevice opened() throws BackstoreException {
    return FileDevice.open(
        FileDeviceOptions.existing(path).creating(MIB, FileDeviceOptions.Allocation.THIN),
        new DeviceRegistry());
  }

  @Test
  void whatWasMadeGoes() throws Exception {
    try (FileDevice device = opened()) {
      device.removeIfMade();
      assertThat(path).doesNotExist();
    }
  }

  @Test
  void whatWasThereStays() throws Exception {
    Files.write(path, new byte[MIB]);
    try (FileDevice device = opened()) {
      device.removeIfMade();
    }
    assertThat(path).hasSize(MIB);
  }

  /** As when a file system is mounted there meanwhile. */
  @Test
  void whatHasTakenItsPlaceStays() throws Exception {
    Path other = Files.writeString(directory.resolve("other"), "data");
    try (FileDevice device = opened()) {
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      device.removeIfMade();
    }
    assertThat(path).hasContent("data");
  }
}
