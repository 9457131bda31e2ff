package org.holdfast.vms;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system mounted over a directory for the time of a test, which is skipped where that is not
 * permitted; with {@code CI=true} in the environment it fails instead.
 *
 * @param directory where it is mounted
 */
record Mount(Path directory) implements AutoCloseable {
  private static final int PAGE = 4096;

  /**
   * An empty file system in memory.
   *
   * @param size as mount(8) spells it: {@code 512k}
   */
  static Mount tmpfs(Path directory, String size) throws IOException {
    return mounted(directory, List.of("-t", "tmpfs", "-o", "size=" + size, "holdfast-test"));
  }

  /** The directory as it is, for reading only. */
  static Mount readOnly(Path directory) throws IOException {
    Mount mount = mounted(directory, List.of("--bind", directory.toString()));
    String said = run(List.of("mount", "-o", "remount,ro,bind", directory.toString()));
    if (!said.isEmpty()) {
      mount.close();
      throw new IOException("a bind mount cannot be made read-only: " + said);
    }
    return mount;
  }

  private static Mount mounted(Path directory, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("mount"));
    command.addAll(words);
    command.add(directory.toString());
    String said =
        "root".equals(System.getProperty("user.name")) ? run(command) : "only root may mount";
    if (!said.isEmpty()) {
      String reason = "no file system can be mounted here: " + said;
      return "true".equals(System.getenv("CI")) ? fail(reason) : abort(reason);
    }
    return new Mount(directory);
  }

  /** Nothing when it succeeded, otherwise what it said. */
  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.onExit().join().exitValue() == 0 ? "" : command + ": " + said.strip();
  }

  /** Makes a file that takes all the space there is. */
  static void fill(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(ByteBuffer.allocate(PAGE));
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      if (!"No space left on device".equals(e.getMessage())) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    String said = run(List.of("umount", directory.toString()));
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
  }
}
