package org.holdfast.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/generated/login-keys.md is the key table in print. {@code -Dholdfast.docs=write} writes it
 * anew.
 */
class LoginKeysPageTest {
  @Test
  void thePageIsTheTable() throws IOException {
    Path page = page();
    if ("write".equals(System.getProperty("holdfast.docs"))) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, render());
    }
    assertThat(page).exists();
    assertThat(Files.readString(page))
        .as("stale: run this test with -Dholdfast.docs=write and commit %s", page)
        .isEqualTo(render());
  }

  private static Path page() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("iscsi-frontend"))) {
      directory = directory.getParent();
    }
    return directory.resolve("docs/generated/login-keys.md");
  }

  private static String render() {
    StringBuilder out =
        new StringBuilder(
            """
            # Login keys

            Generated from `KeyTable`; do not edit. Clauses are those of RFC 7143. *Result* is how the
            initiator's offer and our value become one; *Configuration* says what `parameters` of a
            target portal group may do with the key.

            | Key | Clause | Sender | Scope | Phases | Sessions | Values | Result | Default | Ours | Configuration |
            |---|---|---|---|---|---|---|---|---|---|---|
            """);
    for (KeySpec row : KeyTable.rows()) {
      String phases =
          row.phases().stream()
              .sorted(Comparator.naturalOrder())
              .map(Phase::title)
              .collect(Collectors.joining(", "));
      out.append("| ").append(row.name());
      cell(out, row.clause());
      cell(out, word(row.sender()));
      cell(out, word(row.scope()));
      cell(out, phases.isEmpty() ? "never on the wire" : phases);
      cell(
          out,
          switch (row.relevance()) {
            case EVERY_SESSION -> "all";
            case NORMAL_SESSION -> "normal";
            case UNSOLICITED_DATA -> "normal, unless InitialR2T=Yes and ImmediateData=No";
          });
      cell(out, row.type().range());
      cell(out, row.type().rule());
      cell(out, row.initial());
      cell(out, row.ours());
      cell(
          out,
          switch (row.setting()) {
            case FREE -> "any of the values";
            case FIXED -> "only our value";
            case IGNORED -> "accepted, no effect";
            case NONE -> "no";
          });
      out.append(" |\n");
    }
    return out.toString();
  }

  private static void cell(StringBuilder out, String text) {
    out.append(" | ").append(text.isEmpty() ? "–" : text);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
