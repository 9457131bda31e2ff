package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.holdfast.backstore.FaultDevice.Operation;
import org.holdfast.backstore.FaultDevice.Rule;
import org.holdfast.scsi.DeviceFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of a disk that say how its data is reached and what stands before it. */
class DiskKeysTest {
  private static final String SMALL =
      """
      {"storage_objects": [
        {"plugin": "fileio", "name": "d1", "dev": "/srv/d1.img", "size": 1048576, "wwn": "aa-1"}]}
      """;

  @Test
  void theDataOfADiskMayBypassThePageCache() throws Exception {
    for (String asked : List.of("\"direct\": true", "\"direct\": 1, \"write_back\": true")) {
      String text = SMALL.replace("\"wwn\": \"aa-1\"", "\"wwn\": \"aa-1\", " + asked);
      StorageObject disk =
          ConfigReader.parse(text, "t.json").configuration().storageObjects().getFirst();
      assertThat(disk.buffering()).isEqualTo(StorageObject.Buffering.DIRECT);
      assertThat(disk.access())
          .isEqualTo(
              asked.contains("write_back")
                  ? StorageObject.Access.WRITE_BACK
                  : StorageObject.Access.WRITE_THROUGH);
    }
    assertThat(ConfigReader.parse(SMALL, "t.json").configuration().storageObjects())
        .extracting(StorageObject::buffering)
        .containsExactly(StorageObject.Buffering.PAGE_CACHE);
  }

  @Test
  void aDiskMayBeSlowAndFaultyAndBeWatched() throws Exception {
    String text =
        SMALL.replace(
            "\"wwn\": \"aa-1\"",
            "\"wwn\": \"aa-1\", \"delay_ms\": 70000, \"io_log\": 100,"
                + " \"faults\": \"write@0-7:10%=no_space,any=not_ready\"");
    StorageObject.Wrapping wrapping =
        ConfigReader.parse(text, "t.json").configuration().storageObjects().getFirst().wrapping();
    assertThat(wrapping)
        .isEqualTo(
            new StorageObject.Wrapping(
                Duration.ofSeconds(70),
                List.of(
                    new Rule(EnumSet.of(Operation.WRITE), 0, 4096, 0.1, DeviceFault.NO_SPACE),
                    new Rule(
                        EnumSet.allOf(Operation.class),
                        0,
                        Long.MAX_VALUE,
                        1,
                        DeviceFault.NOT_READY)),
                100));
    assertThat(ConfigReader.parse(SMALL, "t.json").configuration().storageObjects())
        .extracting(StorageObject::wrapping)
        .containsExactly(StorageObject.Wrapping.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fileio | \"faults\": \"read=no_fault\" | faults: \"read=no_fault\" is not rules such as",
        "fileio | \"faults\": \"read@8-7=read_error\" | faults: read@8-7=read_error ends before it"
            + " begins, swap the two",
        "ramdisk | \"direct\": true | direct: a ramdisk has no page cache to bypass; leave it out"
      })
  void aWrongValueStopsTheStart(String plugin, String asked, String message) {
    String text =
        SMALL.replace("fileio", plugin).replace("\"wwn\": \"aa-1\"", "\"wwn\": \"aa-1\", " + asked);
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(text, "t.json"));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).contains("storage_objects[0]." + message);
  }
}
