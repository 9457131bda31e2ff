package org.holdfast.shell;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every command, one declaration each. */
final class Commands {
  private static final List<Command> ALL =
      Stream.of(
              WayCommands.ALL,
              DiskCommands.ALL,
              TargetCommands.ALL,
              AccessCommands.ALL,
              SettingCommands.ALL,
              ConfigurationCommands.ALL,
              SessionCommands.ALL,
              ReservationCommands.ALL)
          .flatMap(List::stream)
          .toList();

  private Commands() {}

  static List<Command> all() {
    return ALL;
  }

  /** What can be given at a place of that kind, by name. */
  static List<Command> at(Kind kind) {
    return ALL.stream()
        .filter(command -> command.where().contains(kind))
        .sorted(Comparator.comparing(Command::name))
        .toList();
  }

  static Optional<Command> find(String name, Kind kind) {
    return ALL.stream()
        .filter(command -> command.name().equals(name) && command.where().contains(kind))
        .findFirst();
  }

  /** A command that every place has. */
  static Optional<Command> anywhere(String name) {
    return ALL.stream()
        .filter(command -> command.name().equals(name) && command.where().equals(Kind.ANY))
        .findFirst();
  }

  /** The command, or a message that says where there is one of that name. */
  static Command need(String name, TreeNode at) throws ShellException {
    Optional<Command> found = find(name, at.kind());
    if (found.isPresent()) {
      return found.get();
    }
    List<String> elsewhere =
        ALL.stream()
            .filter(command -> command.name().equals(name))
            .flatMap(command -> command.where().stream())
            .sorted()
            .map(Kind::pattern)
            .distinct()
            .toList();
    throw ShellException.usage(
        elsewhere.isEmpty()
            ? "there is no command '"
                + name
                + "' at "
                + at.place()
                + "; there are: "
                + String.join(", ", at(at.kind()).stream().map(Command::name).distinct().toList())
            : "'"
                + name
                + "' is not a command of "
                + at.place()
                + "; it is one of "
                + String.join(", ", elsewhere));
  }
}
