package org.holdfast.shell;

import java.util.List;

/** The page docs/generated/shell.md, written from the declarations of commands and settings. */
public final class ShellPage {
  private ShellPage() {}

  /** The whole page as Markdown, lines ended by line feeds. */
  public static String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Shell reference

        Generated from the declarations in `org.holdfast.shell`; change those, not this page.
        [shell.md](../shell.md) is the introduction.

        A line is `[path] command [arguments]`. Arguments go by their place or as `name=value`; in
        brackets stands what can be left out. Without a path a command is given at the place where you are.

        """);
    page.append("## Commands of every place\n\n");
    for (Command command : Commands.all()) {
      if (command.where().equals(Kind.ANY)) {
        command(page, command);
      }
    }
    for (Kind kind : Kind.values()) {
      List<Command> own =
          Commands.all().stream()
              .filter(command -> !command.where().equals(Kind.ANY))
              .filter(command -> command.where().contains(kind))
              .toList();
      if (!own.isEmpty()) {
        page.append("## `").append(kind.pattern()).append("`\n\n");
        own.forEach(command -> command(page, command));
      }
    }
    groups(page);
    return page.toString();
  }

  private static void command(StringBuilder page, Command command) {
    page.append("### `").append(command.usage()).append("`\n\n");
    page.append(text(command.help())).append("\n\n");
    if (command.parameters().isEmpty()) {
      return;
    }
    page.append("| parameter | value | meaning, and what holds without it |\n|---|---|---|\n");
    for (Parameter parameter : command.parameters()) {
      page.append("| `").append(parameter.name()).append('`');
      if (!parameter.alias().isEmpty()) {
        page.append(", `").append(parameter.alias()).append('`');
      }
      page.append(" | ")
          .append(text(parameter.type().expected()))
          .append(" | ")
          .append(parameter.isRequired() ? "required: " : "")
          .append(text(parameter.help()))
          .append(" |\n");
    }
    page.append('\n');
  }

  private static void groups(StringBuilder page) {
    page.append(
        "## Settings\n\n`get GROUP` shows them, `set GROUP name=value...` changes them.\n\n");
    page.append("### `global`, everywhere\n\n");
    page.append("The shell's own, kept for each user.\n\n");
    page.append("| setting | value | without it | meaning |\n|---|---|---|---|\n");
    for (Preference preference : Preference.values()) {
      row(
          page,
          preference.word(),
          preference.type().expected(),
          preference.fallback(),
          preference.help());
    }
    for (SettingGroup group : SettingGroup.values()) {
      page.append("\n### `")
          .append(group.word())
          .append("` at `")
          .append(group.kind().pattern())
          .append("`\n\n")
          .append(text(group.meaning()))
          .append(".\n\n| setting | value | without it | meaning |\n|---|---|---|---|\n");
      for (Setting setting : group.settings()) {
        row(
            page,
            setting.name(),
            setting.row().type().expected(),
            setting.fallback(),
            setting.meaning());
      }
    }
  }

  private static void row(
      StringBuilder page, String name, String value, String fallback, String meaning) {
    page.append("| `")
        .append(name)
        .append("` | ")
        .append(text(value))
        .append(" | ")
        .append(text(fallback))
        .append(" | ")
        .append(text(meaning))
        .append(" |\n");
  }

  private static String text(String plain) {
    return plain.replace("|", "\\|").replace("<", "&lt;");
  }
}
