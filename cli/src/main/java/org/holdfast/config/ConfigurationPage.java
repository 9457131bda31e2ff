package org.holdfast.config;

import java.util.List;
import java.util.stream.Collectors;

/** The page docs/generated/configuration.md, written from the table of keys. */
public final class ConfigurationPage {
  private ConfigurationPage() {}

  /** The whole page as Markdown, lines ended by line feeds. */
  public static String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Configuration keys

        Generated from the table `org.holdfast.config.ConfigKey`; change that, not this page.

        The file has the layout of `saveconfig.json` as `targetcli saveconfig` writes it. A key that is
        not listed here is named in a warning and not used. A value that does not fit stops the start
        with its JSON path. `holdfast check-config FILE` shows all of it without starting anything.

        """);
    page.append("## The top\n\n");
    table(page, "");
    for (ConfigKey key : ConfigKey.values()) {
      if (key.type() instanceof ValueType.Objects || key.type() instanceof ValueType.Section) {
        section(page, key);
      }
    }
    return page.toString();
  }

  private static void section(StringBuilder page, ConfigKey section) {
    String path = section.paths().getFirst();
    String parent = section.type() instanceof ValueType.Objects ? path + "[]" : path;
    page.append("## `").append(parent).append("`\n\n").append(section.meaning()).append(".\n\n");
    table(page, parent);
  }

  private static void table(StringBuilder page, String parent) {
    page.append("| key | value | without it | what it does |\n|---|---|---|---|\n");
    for (ConfigKey key : ConfigKey.values()) {
      if (key.parent().equals(parent)) {
        page.append("| ")
            .append(
                key.paths().stream()
                    .map(full -> "`" + full.substring(full.lastIndexOf('.') + 1) + "`")
                    .collect(Collectors.joining(", ")))
            .append(" | ")
            .append(cell(key.type().expected()))
            .append(" | ")
            .append(cell(key.fallback()))
            .append(" | ")
            .append(cell(effect(key)))
            .append(" |\n");
      }
    }
    page.append('\n');
  }

  private static String effect(ConfigKey key) {
    String meaning = key.meaning().isEmpty() ? "" : key.meaning() + "; ";
    return switch (key.effect()) {
      case Effect.Supported _ -> key.meaning();
      case Effect.WithoutEffect(String why) -> meaning + "accepted without effect: " + why;
      case Effect.WarnUnless(List<String> usual, String why) ->
          meaning + "accepted without effect, a warning " + unless(usual) + ": " + why;
      case Effect.RefuseUnless(List<String> usual, String why) ->
          meaning + "refused " + unless(usual) + ": " + why;
    };
  }

  private static String unless(List<String> usual) {
    String values = String.join("` or `", usual);
    return values.isEmpty() ? "when it is set" : "unless it is `" + values + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
