package org.holdfast.scsi.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OpcodesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "generated", "opcodes.md");

  @Test
  void thePageIsWhatTheRowsSay() throws Exception {
    String page = OpcodesPage.render(StandardCommands.table().rows());
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("stale; write it anew with -Dholdfast.docs=write").hasContent(page);
  }
}
