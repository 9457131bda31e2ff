package org.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShellPageTest {
  private static final Path PAGE = Path.of("..", "docs", "generated", "shell.md");

  @Test
  void thePageIsWhatTheDeclarationsSay() throws Exception {
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.writeString(PAGE, ShellPage.render());
    }
    assertThat(PAGE)
        .as("stale; write it anew with -Dholdfast.docs=write")
        .hasContent(ShellPage.render());
  }
}
