package org.holdfast.vms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.control.client.ControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file system on which the daemon keeps its configuration has not one byte left. Skipped where
 * no file system can be mounted.
 */
class FullConfigurationDiskTest {
  private static final int OUT_OF_SPACE = 507; // Insufficient Storage, RFC 4918 clause 11.5
  private static final String REMEDY =
      "could not be written (No space left on device); nothing was changed. Make room or the place"
          + " writable, and try again";

  @TempDir Path home;
  private Path small;
  private Mount mount;

  @BeforeEach
  void mount() throws IOException {
    small = Files.createDirectory(home.resolve("small"));
    mount = Mount.tmpfs(small, "512k");
  }

  @AfterEach
  void unmount() throws IOException {
    if (mount != null) {
      mount.close();
    }
  }

  private static ObjectNode withDisk(JsonNode config, String name) {
    ObjectNode document = (ObjectNode) config.get("document").deepCopy();
    document
        .withArray("storage_objects")
        .addObject()
        .put("plugin", "ramdisk")
        .put("name", name)
        .put("size", 1 << 20);
    return JsonNodeFactory.instance.objectNode().set("document", document);
  }

  private static String refused(ControlledDaemon daemon, ObjectNode change) {
    ControlException e =
        catchThrowableOfType(
            ControlException.class, () -> daemon.client().put("/v1/config", change));
    assertThat(e).as("the change went through").isNotNull();
    assertThat(e.status()).as(e.toString()).isEqualTo(OUT_OF_SPACE);
    return e.detail();
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aChangeThatCannotBeKeptIsNotMadeAndGoesThroughWhenThereIsRoom() throws Exception {
    Path file = small.resolve("saveconfig.json");
    try (ControlledDaemon daemon = ControlledDaemon.start(home, file, home.resolve("state"))) {
      daemon.client().put("/v1/config", withDisk(daemon.client().get("/v1/config"), "before"));
      Path filler = small.resolve("filler");
      Mount.fill(filler);
      JsonNode config = daemon.client().get("/v1/config");
      JsonNode status = daemon.status();
      byte[] kept = Files.readAllBytes(file);
      List<String> there = files(small);
      ObjectNode change = withDisk(config, "after");

      assertThat(refused(daemon, change)).isEqualTo(file + " " + REMEDY);
      ProcessRun created = daemon.holdfast("/backstores/ramdisk", "create", "r1", "1M");
      assertThat(created.exitCode()).as(created.describe()).isEqualTo(1);
      assertThat(created.output()).isEqualTo("holdfast: " + file + " " + REMEDY + "\n");

      assertThat(daemon.client().get("/v1/config")).isEqualTo(config);
      assertThat(daemon.status()).isEqualTo(status);
      assertThat(Files.readAllBytes(file)).isEqualTo(kept);
      assertThat(files(small)).as("what is left behind").isEqualTo(there);

      Files.delete(filler);
      daemon.client().put("/v1/config", change);
      assertThat(daemon.status().at("/storage_objects/1/name").asString()).isEqualTo("after");
      daemon.kill();
      daemon.startAgain();
      assertThat(daemon.status().at("/storage_objects/1/name").asString()).isEqualTo("after");
    }
  }

  @Test
  void saveconfigLeavesNoHalfFileBehind() throws Exception {
    Path file = small.resolve("saveconfig.json");
    Path copy = small.resolve("copy.json");
    try (ControlledDaemon daemon = ControlledDaemon.start(home, file, home.resolve("state"))) {
      daemon.client().put("/v1/config", withDisk(daemon.client().get("/v1/config"), "one"));
      Path filler = small.resolve("filler");
      Mount.fill(filler);
      byte[] kept = Files.readAllBytes(file);
      List<String> there = files(small);

      for (Path place : List.of(file, copy)) {
        ProcessRun saved = daemon.holdfast("saveconfig", place.toString());
        assertThat(saved.exitCode()).as(saved.describe()).isEqualTo(1);
        assertThat(saved.output()).isEqualTo("holdfast: " + place + " " + REMEDY + "\n");
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(kept);
      assertThat(files(small)).as("what is left behind").isEqualTo(there);

      Files.delete(filler);
      ProcessRun saved = daemon.holdfast("saveconfig", copy.toString());
      assertThat(saved.exitCode()).as(saved.describe()).isZero();
      assertThat(Files.readAllBytes(copy)).isEqualTo(kept);
    }
  }

  /** A new disk has a serial number for ever: it is nobody's before it is kept. */
  @Test
  void aDiskWhoseSerialNumberCannotBeKeptIsNotMade() throws Exception {
    Path state = Files.createDirectory(small.resolve("state"));
    try (ControlledDaemon daemon =
        ControlledDaemon.start(home, home.resolve("saveconfig.json"), state)) {
      daemon.client().put("/v1/config", withDisk(daemon.client().get("/v1/config"), "one"));
      Path filler = small.resolve("filler");
      Mount.fill(filler);
      JsonNode config = daemon.client().get("/v1/config");
      ObjectNode change = withDisk(config, "two");
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThat(refused(daemon, change))
            .startsWith("the identity of ramdisk/two cannot be kept in " + state)
            .contains("No space left on device", "free some space")
            .endsWith("; nothing was changed");
      }
      assertThat(daemon.client().get("/v1/config")).isEqualTo(config);

      Files.delete(filler);
      daemon.client().put("/v1/config", change);
      String serial = daemon.status().at("/storage_objects/1/wwn").asString();
      daemon.kill();
      daemon.startAgain();
      assertThat(daemon.status().at("/storage_objects/1/wwn").asString()).isEqualTo(serial);
    }
  }
}
