package org.holdfast.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One format for all sources: that of google-java-format, in the version of the pom. */
class FormattingTest {
  @Test
  void everySourceIsFormatted() throws IOException, FormatterException {
    boolean rewrite = "write".equals(System.getProperty("holdfast.format"));
    SourceTree tree = SourceTree.find();
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    for (Path file : tree.javaFiles()) {
      String source = tree.read(file);
      String formatted = formatter.formatSourceAndFixImports(source);
      if (!formatted.equals(source)) {
        if (rewrite) {
          Files.writeString(file, formatted);
        } else {
          unformatted.add(tree.name(file));
        }
      }
    }
    assertThat(unformatted)
        .as("sources that are not formatted; ./check --format rewrites them")
        .isEmpty();
  }
}
