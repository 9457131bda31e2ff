package org.holdfast.vms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.holdfast.vms.initiator.TargetUnderTest;

/**
 * A session of QEMU's initiator (libiscsi) as a disk that fio can use: {@code qemu-nbd} passes each
 * NBD request on as a SCSI command, without a cache of its own. Debian's fio has no iSCSI engine.
 */
final class NbdBridge implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final int RETRY_MILLIS = 20;

  /** Whether header digests are asked for; libiscsi 1.19 has no data digests. */
  enum HeaderDigest {
    NONE("none"),
    CRC32C("crc32c");

    private final String option;

    HeaderDigest(String option) {
      this.option = option;
    }
  }

  private final Process process;
  private final Path socket;
  private final Path log;

  private NbdBridge(Process process, Path socket, Path log) {
    this.process = process;
    this.socket = socket;
    this.log = log;
  }

  /**
   * Logs in and listens on a socket.
   *
   * @param name of the initiator, and of the files in the directory
   * @param connections most at a time
   */
  static NbdBridge start(
      TargetUnderTest target, HeaderDigest digest, String name, int connections, Path directory)
      throws IOException, InterruptedException {
    Path socket = directory.resolve(name + ".socket");
    Path log = directory.resolve(name + ".log");
    String disk =
        ("driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=%s,file.target=%s,"
                + "file.lun=%d,file.initiator-name=iqn.2026-11.org.holdfast.test:%s,"
                + "file.header-digest=%s")
            .formatted(target.portalText(), target.iqn(), target.lun(), name, digest.option);
    Process process =
        new ProcessBuilder(
                Tool.QEMU_NBD.require(),
                "--persistent",
                "--shared=" + connections,
                "--socket=" + socket,
                "--cache=none",
                "--discard=unmap",
                "--image-opts",
                disk)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    NbdBridge bridge = new NbdBridge(process, socket, log);
    try {
      bridge.awaitSocket();
      return bridge;
    } catch (IOException e) {
      bridge.close();
      throw e;
    }
  }

  private void awaitSocket() throws IOException, InterruptedException {
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    while (!Files.exists(socket)) {
      if (process.waitFor(RETRY_MILLIS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        throw new IOException("qemu-nbd does not listen: " + Files.readString(log));
      }
    }
  }

  /** As fio's NBD engine wants it. */
  String uri() {
    return "nbd+unix:///?socket=" + socket;
  }

  /** Several of them at once. */
  static void closeAll(List<NbdBridge> bridges) {
    bridges.forEach(NbdBridge::close);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(READY_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
  }
}
