package org.holdfast.backstore.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxCallsTest {
  private static final int ENOENT = 2;
  private static final int EBADF = 9;

  @TempDir Path directory;

  @BeforeEach
  void onLinux() {
    assumeTrue(CLibrary.isLinux(), "the calls are Linux's");
  }

  @FunctionalInterface
  private interface Call {
    void run() throws IOException;
  }

  private static OsException failure(Call call) {
    return catchThrowableOfType(OsException.class, call::run);
  }

  @Test
  void aFailureHasItsNumberAndTheSystemsWords() {
    OsException e = failure(() -> OsFile.open(directory.resolve("none"), OsFile.Mode.READ).close());
    assertThat(e.number()).isEqualTo(ENOENT);
    assertThat(e).hasMessage("open: " + CLibrary.strerror(ENOENT));
  }

  @Test
  void namesBeyondAsciiAreTheJdksOwn() throws Exception {
    Path file = Files.write(directory.resolve("größe"), new byte[100]);
    try (OsFile same = OsFile.open(file, OsFile.Mode.READ)) {
      assertThat(Holes.nextHole(same, 0)).isEqualTo(100);
    }
  }

  @Test
  void whatGoesWrongIsNotTakenForWhatIsNotSupported() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[8192]);
    try (OsFile readOnly = OsFile.open(file, OsFile.Mode.READ)) {
      assertThat(failure(() -> Fallocate.PUNCH_HOLE.apply(readOnly, 0, 4096)).number())
          .isEqualTo(EBADF);
      assertThat(failure(() -> CopyRange.copy(readOnly, 0, readOnly, 4096, 100)).number())
          .isEqualTo(EBADF);
    }
  }

  @Test
  void betweenFileSystemsTheKernelDoesNotCopy() throws Exception {
    Path shared = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shared), "there is no second file system");
    FileStore other = Files.getFileStore(shared);
    assumeTrue(!other.equals(Files.getFileStore(directory)), "there is no second file system");
    Path there = Files.createTempFile(shared, "holdfast", null);
    try (OsFile source =
            OsFile.open(
                Files.write(directory.resolve("source"), new byte[4096]), OsFile.Mode.READ);
        OsFile target = OsFile.open(there, OsFile.Mode.READ_WRITE)) {
      assertThat(CopyRange.share(source, 0, target, 0, 4096)).isFalse();
      assertThat(CopyRange.copy(source, 0, target, 0, 4096)).isEqualTo(-1);
      assertThat(Files.size(there)).isZero();
    } finally {
      Files.delete(there);
    }
  }

  @Test
  void behindTheEndThereIsNeitherDataNorHole() throws Exception {
    Path path = Files.createFile(directory.resolve("sparse"));
    try (OsFile file = OsFile.open(path, OsFile.Mode.READ_WRITE)) {
      file.truncate(1 << 20);
      assertThat(Files.size(path)).isEqualTo(1 << 20);
      assertThat(Holes.nextData(file, 0)).isEqualTo(Long.MAX_VALUE);
      assertThat(Holes.nextHole(file, 0)).isZero();
      assertThat(Holes.nextHole(file, 1 << 20)).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void aFunctionThatTheLibraryDoesNotHaveIsNotSupported() {
    MethodHandle handle =
        CLibrary.function(
            "holdfast_has_no_such_function",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    OsException e =
        failure(() -> CLibrary.call("none", state -> (int) handle.invokeExact(state, 1)));
    assertThat(e.isUnsupported()).isTrue();
  }
}
