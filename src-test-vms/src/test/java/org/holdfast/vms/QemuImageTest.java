package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.holdfast.vms.initiator.Cdbs;
import org.holdfast.vms.initiator.RawInitiator;
import org.holdfast.vms.initiator.RawLogin;
import org.holdfast.vms.initiator.TargetUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** QEMU's block layer, through libiscsi: a whole image there and back, and a reservation. */
class QemuImageTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int IMAGE_LENGTH = 256 << 20;
  private static final int BLOCK = 512;
  private static final long SEED = 20261120;
  private static final String FIRST = "iqn.2026-11.org.holdfast.test:qemu-1";
  private static final String SECOND = "iqn.2026-11.org.holdfast.test:qemu-2";
  private static final long KEY = 0x71656d75L;
  private static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;

  @RegisterExtension static final DaemonExtension DAEMON = new DaemonExtension();

  @TempDir Path directory;

  @Test
  void aRandomImageThereAndBack() throws Exception {
    String qemuImg = Tool.QEMU_IMG.require();
    Path image = randomImage();
    assertSucceeds(
        qemuImg, "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), asJson(FIRST));
    // Through the second session, so that nothing can come from a cache of the first.
    Path back = directory.resolve("back.raw");
    assertSucceeds(
        qemuImg, "compare", "--image-opts", "driver=raw,file.filename=" + image, asOptions(SECOND));
    assertSucceeds(
        qemuImg,
        "dd",
        "-f",
        "raw",
        "-O",
        "raw",
        "bs=1M",
        "count=256",
        "if=" + asJson(SECOND),
        "of=" + back);
    assertThat(Files.mismatch(image, back)).as("first difference, seed " + SEED).isEqualTo(-1);
  }

  private Path randomImage() throws IOException {
    Path image = directory.resolve("random.raw");
    Random random = new Random(SEED);
    byte[] part = new byte[1 << 20];
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image))) {
      for (int written = 0; written < IMAGE_LENGTH; written += part.length) {
        random.nextBytes(part);
        out.write(part);
      }
    }
    return image;
  }

  /**
   * The reservation is held by a session of the raw initiator under the first name; QEMU comes with
   * the second name, and also with the first one: libiscsi picks an ISID of its own for every
   * session, and it is the I_T nexus that is registered, not the name (SPC-4 clause 5.13.1).
   */
  @Test
  void aReservationRefusesTheWritesOfOthersAndAllowsTheirReads() throws Exception {
    String qemuIo = Tool.QEMU_IO.require();
    assertThat(io(qemuIo, SECOND, "write -P 0x11 0 4096").succeeded()).isTrue();
    try (RawInitiator holder = RawLogin.as(DAEMON.target(), FIRST).login()) {
      holder.read(Cdbs.testUnitReady(), 0); // takes the login's unit attention
      persistentReserveOut(holder, Cdbs.PR_REGISTER_AND_IGNORE, 0, KEY);
      persistentReserveOut(holder, Cdbs.PR_RESERVE, KEY, 0);

      for (String stranger : List.of(SECOND, FIRST)) {
        ProcessRun refused = io(qemuIo, stranger, "write -P 0x22 0 4096");
        assertThat(refused.output()).as(refused.describe()).contains("write failed");
        ProcessRun read = io(qemuIo, stranger, "read -P 0x11 0 4096");
        assertThat(read.succeeded()).as(read.describe()).isTrue();
        assertThat(read.output()).doesNotContain("Pattern verification failed");
      }

      byte[] block = new byte[BLOCK];
      Arrays.fill(block, (byte) 0x33);
      assertThat(holder.write(Cdbs.write10(0, 1), block)).hasToString("GOOD");
      ProcessRun read = io(qemuIo, SECOND, "read -P 0x33 0 512");
      assertThat(read.output()).contains("read 512/512").doesNotContain("verification failed");

      persistentReserveOut(holder, Cdbs.PR_CLEAR, KEY, 0);
      ProcessRun free = io(qemuIo, SECOND, "write -P 0x44 0 4096");
      assertThat(free.succeeded()).as(free.describe()).isTrue();
    }
  }

  private static void persistentReserveOut(
      RawInitiator initiator, int action, long key, long actionKey) throws IOException {
    assertThat(
            initiator.write(
                Cdbs.prOut(action, WRITE_EXCLUSIVE_REGISTRANTS_ONLY),
                Cdbs.prOutList(key, actionKey, false)))
        .hasToString("GOOD");
  }

  private static ProcessRun io(String qemuIo, String initiatorName, String command)
      throws IOException, InterruptedException {
    return ProcessRun.of(
        TIMEOUT, List.of(qemuIo, "--image-opts", asOptions(initiatorName), "-c", command));
  }

  private static void assertSucceeds(String... command) throws IOException, InterruptedException {
    ProcessRun run = ProcessRun.of(TIMEOUT, List.of(command));
    assertThat(run.succeeded()).as(run.describe()).isTrue();
  }

  private static String asOptions(String initiatorName) {
    TargetUnderTest target = DAEMON.target();
    return ("driver=raw,file.driver=iscsi,file.transport=tcp,file.portal=%s,file.target=%s,"
            + "file.lun=%d,file.initiator-name=%s")
        .formatted(target.portalText(), target.iqn(), target.lun(), initiatorName);
  }

  private static String asJson(String initiatorName) {
    TargetUnderTest target = DAEMON.target();
    return """
    json:{"driver": "raw", "file": {"driver": "iscsi", "transport": "tcp", "portal": "%s", \
    "target": "%s", "lun": %d, "initiator-name": "%s"}}\
    """
        .formatted(target.portalText(), target.iqn(), target.lun(), initiatorName);
  }
}
