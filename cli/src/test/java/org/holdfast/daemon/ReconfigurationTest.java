package org.holdfast.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.holdfast.backstore.ReopeningDevice;
import org.holdfast.config.ConfigReader;
import org.holdfast.config.Configuration;
import org.holdfast.scsi.CommandTable;
import org.holdfast.scsi.command.StandardCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are away while the configuration changes; what initiators see is tried elsewhere. */
@Timeout(60)
class ReconfigurationTest {
  private static final int MIB = 1 << 20;

  @TempDir Path dir;
  private final Resources resources = new Resources();
  private LogicalUnits units;
  private PortalGroups groups;
  private Frontend frontend;
  private Configuration now;

  @BeforeEach
  void serveNothing() throws Exception {
    CommandTable commands = StandardCommands.table();
    StateDirectory state = StateDirectory.open(dir.resolve("state"));
    resources.add(state::close);
    units = LogicalUnits.open(commands, state, resources);
    groups = PortalGroups.open(commands, state);
    frontend = Frontend.start(List.of(), Optional.empty(), Duration.ofSeconds(10));
    resources.add(frontend::close);
    now = configuration("");
  }

  @AfterEach
  void close() {
    resources.close();
  }

  private Configuration configuration(String disk) throws Exception {
    return ConfigReader.parse(
            "{\"storage_objects\": [%s], \"targets\": []}".formatted(disk), "test")
        .configuration();
  }

  private void apply(String disk) throws Exception {
    apply(disk, Unmade.REFUSED);
  }

  private void apply(String disk, Unmade unmade) throws Exception {
    Configuration wanted = configuration(disk);
    Reconfiguration.run(
        units, groups, frontend, new Reconfiguration.Step(now, wanted, unmade), () -> {});
    now = wanted;
  }

  private String late(int size) {
    return "{\"plugin\": \"fileio\", \"name\": \"late\", \"dev\": \"%s\", \"size\": %d}"
        .formatted(dir.resolve("late.img"), size);
  }

  private ReopeningDevice device() {
    return units.served().get("fileio/late").opened().reopening().orElseThrow();
  }

  /** It would lock the file, for a unit that nobody can see. */
  @Test
  void aDiskThatIsTakenAwayWhileItIsMissingIsNotOpenedWhenItComes() throws Exception {
    apply(late(MIB));
    ReopeningDevice device = device();
    apply("");
    Files.write(dir.resolve("late.img"), new byte[MIB]);
    assertThat(device.reopen(_ -> {})).isFalse();
  }

  private String made(String directory, String more) {
    return ("{\"plugin\": \"fileio\", \"name\": \"late\", \"dev\": \"%s/late.img\","
            + " \"size\": %d, \"create\": true%s}")
        .formatted(dir.resolve(directory), MIB, more);
  }

  @Test
  void whoseFileCannotBeMadeIsRefusedWhereItIsNewAndOnlyThere() throws Exception {
    assertThatThrownBy(() -> apply(made("none", "")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the directory " + dir.resolve("none") + " does not exist");
    assertThat(units.served()).isEmpty();
    apply(made("none", ""), Unmade.AWAITED);
    assertThat(device().ready()).isFalse();
    // Opened again, and no more there than before.
    apply(made("none", ", \"write_back\": true"));
    assertThat(device().ready()).isFalse();
    assertThatThrownBy(() -> apply(made("elsewhere", ", \"write_back\": true")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the directory " + dir.resolve("elsewhere") + " does not exist");
    ReopeningDevice device = device();
    Files.createDirectory(dir.resolve("none"));
    assertThat(device.reopen(_ -> {}) || device.ready()).as("it is still awaited").isTrue();
    assertThat(dir.resolve("none/late.img")).hasSize(MIB);
  }

  /** Without create nobody asks for it to be made: it may come, as it may be missing at start. */
  @Test
  void aNewDiskThatIsNotToBeMadeMayComeLater() throws Exception {
    apply(late(MIB));
    assertThat(device().ready()).isFalse();
  }

  @Test
  void theSizeThatKeepsADiskAwayCanBeCorrected() throws Exception {
    Files.write(dir.resolve("late.img"), new byte[2 * MIB]);
    apply(late(MIB));
    assertThat(device().ready()).isFalse();
    ReopeningDevice device = device();
    apply(late(2 * MIB));
    assertThat(device()).as("the same disk").isSameAs(device);
    // The watch may have been faster.
    assertThat(device.reopen(_ -> {}) || device.ready()).isTrue();
    assertThat(device.profile().size()).isEqualTo(2 * MIB);
  }
}
