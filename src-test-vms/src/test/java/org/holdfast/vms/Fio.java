package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** fio, which writes, remembers what it wrote by a CRC32C in each block, and reads it back. */
final class Fio {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private Fio() {}

  /**
   * What one job does to its own part of the disk.
   *
   * @param name of the job
   * @param pattern as fio's {@code rw}
   * @param sizes as fio's {@code bssplit}: {@code 4k/50:64k/50}
   * @param alignment as fio's {@code blockalign}
   * @param offset of its part, in bytes, and {@code length} of it
   */
  record Job(
      String name,
      String pattern,
      String sizes,
      String alignment,
      int depth,
      long offset,
      long length) {
    private String section(String uri) {
      return """
      [%s]
      uri=%s
      rw=%s
      bssplit=%s
      blockalign=%s
      iodepth=%d
      offset=%d
      size=%d
      """
          .formatted(name, uri, pattern, sizes, alignment, depth, offset, length);
    }
  }

  /**
   * Runs all jobs together to their ends and reads back what they wrote; anything that is not as it
   * was written fails the test, as does an I/O error.
   *
   * @param bridges each job takes the next one, round and round
   * @param seed of what is written and where
   */
  static void verify(List<Job> jobs, List<NbdBridge> bridges, long seed, Path directory)
      throws IOException, InterruptedException {
    StringBuilder file = new StringBuilder();
    file.append(
        """
        [global]
        ioengine=nbd
        randseed=%d
        verify=crc32c
        verify_fatal=1
        verify_backlog=256
        do_verify=1
        serialize_overlap=1
        """
            .formatted(seed & Long.MAX_VALUE));
    for (int i = 0; i < jobs.size(); i++) {
      file.append(jobs.get(i).section(bridges.get(i % bridges.size()).uri()));
    }
    Path jobFile = directory.resolve("jobs.fio");
    Files.writeString(jobFile, file);
    ProcessRun run =
        ProcessRun.of(
            TIMEOUT,
            List.of(Tool.FIO.require(), "--thread", "--aux-path=" + directory, jobFile.toString()));
    assertThat(run.succeeded()).as(file + "\n" + run.describe()).isTrue();
    for (Job job : jobs) {
      assertThat(run.output()).contains(job.name() + ": (groupid=0, jobs=1): err= 0");
    }
  }
}
