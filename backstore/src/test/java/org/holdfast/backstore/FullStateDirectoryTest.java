package org.holdfast.backstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.holdfast.pr.ReservationSnapshot;
import org.holdfast.pr.ReservationState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state directory on a real file system of 64 KiB that is full.
 *
 * <p>Seen to fail: without {@code discard} in {@code StateFiles} the temp file keeps what room
 * there was.
 */
class FullStateDirectoryTest {
  private static final int SIZE = 64 << 10;

  @TempDir Path directory;
  private SmallFileSystem fileSystem;

  @BeforeEach
  void mount() throws Exception {
    fileSystem = SmallFileSystem.mount(directory, SIZE);
  }

  @AfterEach
  void unmount() throws IOException {
    if (fileSystem != null) {
      fileSystem.close();
    }
  }

  /** Takes what is free but for {@code left} bytes. */
  private Path ballast(int left) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    return Files.write(directory.resolve("ballast"), new byte[(int) free - left]);
  }

  @Test
  void theOldTableStandsAndTheNextChangeWorksWhenThereIsRoomAgain() throws IOException {
    FileReservationStore store =
        new FileReservationStore(
            StateFiles.onDisk(), directory, Tables.UNIT, KeptTableWitness.NONE, Runnable::run);
    ReservationState old = Tables.of(2);
    ReservationState large = Tables.of(100);
    assertThat(store.load().toCompletableFuture()).isCompletedWithValue(ReservationState.EMPTY);
    assertThat(store.commit(old).toCompletableFuture()).isCompletedWithValue(old);
    byte[] before = Files.readAllBytes(store.file());
    assertThat(new ReservationSnapshot(Tables.UNIT, large).encode())
        .as("a table that would not fit into the room that is left")
        .hasSizeGreaterThan(4096);
    Path ballast = ballast(4096);

    assertThatThrownBy(() -> store.commit(large).toCompletableFuture().join())
        .rootCause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(store.file()).hasBinaryContent(before);
    assertThat(store.load().toCompletableFuture()).isCompletedWithValue(old);
    try (var left = Files.list(directory)) {
      assertThat(left).containsExactlyInAnyOrder(store.file(), ballast);
    }

    Files.delete(ballast);
    assertThat(store.commit(large).toCompletableFuture()).isCompletedWithValue(large);
    assertThat(store.load().toCompletableFuture()).isCompletedWithValue(large);
  }
}
