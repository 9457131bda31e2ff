package org.holdfast.vms;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The programs of others that these tests run, each with the Debian package that brings it. */
enum Tool {
  CURL("curl", "curl"),
  FIO("fio", "fio"),
  GCC("gcc", "gcc and libc6-dev"),
  ISCSI_TEST_CU("iscsi-test-cu", "libiscsi-bin"),
  ISCSI_LS("iscsi-ls", "libiscsi-bin"),
  ISCSI_INQ("iscsi-inq", "libiscsi-bin"),
  ISCSI_READCAPACITY("iscsi-readcapacity16", "libiscsi-bin"),
  QEMU_IMG("qemu-img", "qemu-utils and qemu-block-extra"),
  QEMU_IO("qemu-io", "qemu-utils and qemu-block-extra"),
  QEMU_NBD("qemu-nbd", "qemu-utils and qemu-block-extra"),
  TMUX("tmux", "tmux"),
  TSHARK("tshark", "tshark");

  private final String program;
  private final String debianPackage;

  Tool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /**
   * The program's path. Where it is not installed the test is reported as skipped, by name and with
   * what to install; with {@code CI=true} in the environment it fails instead.
   */
  String require() {
    Optional<Path> found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .filter(directory -> !directory.isEmpty())
            .map(directory -> Path.of(directory, program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isPresent()) {
      return found.get().toString();
    }
    String reason = program + " is not on PATH: install " + debianPackage;
    if ("true".equals(System.getenv("CI"))) {
      return fail(reason);
    }
    return abort(reason);
  }
}
