package org.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "generated", "configuration.md");

  @Test
  void thePageIsWhatTheTableSays() throws Exception {
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ConfigurationPage.render());
    }
    assertThat(PAGE)
        .as("stale; write it anew with -Dholdfast.docs=write")
        .hasContent(ConfigurationPage.render());
  }
}
